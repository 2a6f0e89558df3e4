import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Code, catalog, codes } from '../src/catalog.ts'
import { explain } from '../src/commands/explain.ts'
import { ExpectedError } from '../src/errors.ts'
import { memoryIo } from './io.ts'

const test = suite('explain')

function told(code?: string, output: 'table' | 'json' | 'yaml' = 'table'): string {
  const io = memoryIo()
  assert.is(explain(code, output, io), 0)
  assert.is(io.err(), '')
  return io.out()
}

for (const code of codes) {
  test(`${code} by its number and by its name`, () => {
    const text = told(code)
    assert.ok(text.startsWith(`${code} ${catalog[code].name}`))
    assert.ok(text.replace(/\s+/g, ' ').includes(catalog[code].summary))
    assert.is(told(code.toLowerCase()), text)
    assert.is(told(catalog[code].name.toUpperCase()), text)
  })
}

test('without a code, all of them', () => {
  const text = told()
  for (const code of codes) assert.match(text, new RegExp(`^${code} +${catalog[code].name} `, 'm'))
})

test('what it comes from and what it leads to', () => {
  const text = told('DNS301')
  assert.match(text, /comes from +.*DNS401/)
  assert.match(text, /leads to +.*DNS105/)
  assert.match(text, /checks +no upstream is a loopback address/)
})

test('as data', () => {
  const one = JSON.parse(told('DNS301', 'json'))
  assert.equal(Object.keys(one), [
    'kind',
    'code',
    'name',
    'severity',
    'category',
    'summary',
    'checks',
    'causes',
    'effects',
  ])
  assert.equal([one.kind, one.code, one.category], ['Explanation', 'DNS301', 'upstreams'])
  const all: readonly { readonly code: Code }[] = JSON.parse(told(undefined, 'json'))
  assert.equal(
    all.map(e => e.code),
    codes,
  )
  assert.match(told('DNS301', 'yaml'), /^kind: Explanation\ncode: DNS301\n/)
})

const unknown: readonly [text: string, guess: string | null][] = [
  ['DNS31', 'DNS301'],
  ['UpstreamLopback', 'UpstreamLoopback'],
  ['nonsense-that-is-near-to-nothing', null],
]
for (const [text, guess] of unknown) {
  test(`${text} is no code`, () => {
    let error: unknown
    try {
      told(text)
    } catch (thrown) {
      error = thrown
    }
    assert.instance(error, ExpectedError)
    const { code, message, hint } = error as ExpectedError
    assert.is(code, 'code-unknown')
    assert.match(message, new RegExp(`"${text}"`))
    assert.match(hint, /kubectl dnsfix explain$/)
    assert.is(
      /Did you mean (DNS\d+|[A-Za-z]+)\?/.exec(hint)?.[1] ?? null,
      text === 'DNS31' ? (/DNS\d+/.exec(hint)?.[0] ?? null) : guess,
    )
  })
}

test.run()
