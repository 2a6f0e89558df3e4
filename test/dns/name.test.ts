import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isDnsName, whyNotDnsName } from '../../src/dns/name.ts'

const test = suite('DNS names')

test('takes what DNS takes', () => {
  const label = 'a'.repeat(63)
  const long = `${label}.${label}.${label}.${'b'.repeat(61)}`
  for (const name of [
    'example.com',
    'example.com.',
    'a',
    '_dns._tcp.example.com',
    '1.2.3.4.in-addr.arpa',
    'xn--bcher-kva.de',
    long,
  ]) {
    assert.is(whyNotDnsName(name), null, name)
  }
})

const refused: readonly [name: string, why: RegExp][] = [
  ['', /missing/],
  ['.', /missing/],
  ['a..b', /two dots/],
  ['.a', /dot in front/],
  ['a b', /character " "/],
  ['http://a', /character ":"/],
  ['*.example.com', /character "\*"/],
  ['-a.com', /hyphen/],
  ['a-.com', /hyphen/],
  [`${'a'.repeat(64)}.com`, /64 characters, the limit is 63/],
  [`${'a.'.repeat(127)}b`, /255 characters, the limit is 253/],
  ['bücher.de', /punycode, xn--bcher-kva\.de$/],
  ['a\n', /not allowed/],
]

for (const [name, why] of refused) {
  test(`says why not: ${JSON.stringify(name.slice(0, 20))}`, () => {
    assert.match(whyNotDnsName(name) ?? '', why)
    assert.is(isDnsName(name), false)
  })
}

test('real domain names pass, with and without the dot at the end', () => {
  fc.assert(fc.property(fc.domain(), name => isDnsName(name) && isDnsName(`${name}.`)))
})

test('two names joined are a name, if not too long', () => {
  const law = (a: string, b: string) => isDnsName(`${a}.${b}`) === a.length + b.length + 1 <= 253
  fc.assert(fc.property(fc.domain(), fc.domain(), law))
})

test.run()
