import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseCorefile } from '../../src/corefile/parse.ts'
import { optionOf, type Target, upstreamsOf } from '../../src/corefile/upstreams.ts'

const found = (text: string, zone?: string) => upstreamsOf(parseCorefile(text), zone)
const words = (text: string, zone?: string) => found(text, zone).map(({ targets }) => targets[0]?.token.text)
const target = (word: string) => {
  const { token, ...rest } = found(`. {\n forward . ${word}\n}\n`)[0]?.targets[0] ?? ({} as Target)
  assert.is(token.raw, word)
  return rest
}
const address = (text: string, port = '53', transport = 'dns', serverName: string | null = null) => ({
  kind: 'address',
  transport,
  address: text,
  port,
  serverName,
})

const targets: Record<string, object> = {
  '10.0.0.53': address('10.0.0.53'),
  '10.0.0.53:5353': address('10.0.0.53', '5353'),
  'dns://10.0.0.53': address('10.0.0.53'),
  'tls://9.9.9.9': address('9.9.9.9', '853', 'tls'),
  'tls://9.9.9.9:8853': address('9.9.9.9', '8853', 'tls'),
  'tls://9.9.9.9%dns.quad9.net': address('9.9.9.9', '853', 'tls', 'dns.quad9.net'),
  'tls://9.9.9.9%dns.quad9.net:8853': address('9.9.9.9', '8853', 'tls', 'dns.quad9.net'),
  'https://9.9.9.9': address('9.9.9.9', '443', 'https'),
  '::1': address('::1'),
  '[::1]': address('::1'),
  '[2001:DB8::1]:5353': address('2001:DB8::1', '5353'),
  'fe80::1%eth0': address('fe80::1', '53', 'dns', 'eth0'),
  '[fe80::1%eth0]:5353': address('fe80::1', '5353', 'dns', 'eth0'),
  '/etc/resolv.conf': { kind: 'file', resolvConf: '/etc/resolv.conf' },
  'dns://./resolv.conf': { kind: 'file', resolvConf: './resolv.conf' },
  'dns.corp.svc.cluster.local': { kind: 'host', transport: 'dns', host: 'dns.corp.svc.cluster.local', port: '53' },
  'tls://dns.google:8853': { kind: 'host', transport: 'tls', host: 'dns.google', port: '8853' },
  '{$UPSTREAM}': { kind: 'unknown' },
  __PILLAR__UPSTREAM__SERVERS__: { kind: 'unknown' },
}

for (const [word, expected] of Object.entries(targets))
  test(`target ${word}`, () => {
    assert.equal(target(word), expected)
  })

test('from, options and positions', () => {
  const text =
    '. {\n forward Corp.Example 10.0.0.1 10.0.0.2 {\n  policy random\n  except a.b\n  policy sequential\n }\n}\n'
  const [forward] = found(text, 'www.corp.example')
  assert.is(forward?.from, 'corp.example.')
  assert.equal(
    forward?.options.map(({ name, args }) => [name.text, args[0]?.text, name.line]),
    [
      ['policy', 'random', 3],
      ['except', 'a.b', 4],
      ['policy', 'sequential', 5],
    ],
  )
  assert.is(forward && optionOf(forward, 'policy')?.args[0]?.text, 'sequential')
  assert.is(forward && optionOf(forward, 'max_fails'), undefined)
  const [, second] = forward?.targets ?? []
  assert.is(second && text.slice(second.token.start, second.token.end), '10.0.0.2')
})

test('only what the root zone reaches', () => {
  const text = `a.org {\n forward . 10.0.0.1\n}\n.:53 {\n forward b.org 10.0.0.2\n forward . 10.0.0.3\n}\n`
  assert.equal(words(text), ['10.0.0.3'])
  assert.equal(words(text, 'x.a.org'), ['10.0.0.1'])
  assert.equal(words(text, 'x.b.org'), ['10.0.0.2', '10.0.0.3'])
  assert.equal(words('a.org {\n forward . 10.0.0.1\n}\n'), [])
})

test('every port and transport has its own answer, and so has every address bound to', () => {
  const block = (key: string, address: string) => `${key} {\n bind ${address}\n forward . ${address}\n}\n`
  assert.equal(words(block('.', '10.0.0.1') + block('.:54', '10.0.0.2') + block('tls://.', '10.0.0.3')), [
    '10.0.0.1',
    '10.0.0.2',
    '10.0.0.3',
  ])
  assert.equal(words(block('.', '10.0.0.1') + block('.', '10.0.0.2')), ['10.0.0.1', '10.0.0.2'])
})

test('proxy of CoreDNS before 1.5.0', () => {
  const [proxy] = found('. {\n proxy . 8.8.8.8 /etc/resolv.conf {\n  policy random\n }\n}\n')
  assert.equal([proxy?.plugin, proxy?.targets.map(({ kind }) => kind)], ['proxy', ['address', 'file']])
})

test('a forward without arguments has no targets', () => {
  assert.equal(
    found('. {\n forward\n}\n').map(({ from, targets }) => [from, targets]),
    [['.', []]],
  )
})

test.run()
