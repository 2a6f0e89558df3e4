import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { reverseZones } from '../../src/corefile/cidr.ts'
import { isDomainName } from '../../src/corefile/name.ts'
import { parseCorefile } from '../../src/corefile/parse.ts'
import { clusterZones } from '../../src/corefile/query.ts'
import { validateCorefile } from '../../src/corefile/validate.ts'
import { zones } from './shape.ts'

const zonesOf = (key: string, port?: string) => zones(parseCorefile(`${key} {\n}\n`, port ? { port } : {}))[0]

const keys: Record<string, string[]> = {
  '.': ['dns://.:53'],
  'Example.ORG': ['dns://example.org.:53'],
  'example.org.:1053': ['dns://example.org.:1053'],
  'dns://.:5353': ['dns://.:5353'],
  'tls://a.org': ['tls://a.org.:853'],
  'quic://a.org': ['quic://a.org.:853'],
  'grpc://a.org': ['grpc://a.org.:443'],
  'https://a.org': ['https://a.org.:443'],
  'https3://a.org:8443': ['https3://a.org.:8443'],
  'DNS://a.org': ['dns://dns://a.org.:53'],
  'a.org:+1053': ['dns://a.org.:1053'],
  'a.org:1053-1055': ['dns://a.org:1053-1055.:53'],
  'a.org,b.org': ['dns://a.org,b.org.:53'],
  '{}': ['dns://{}.:53'],
  '10.0.0.0/8': ['dns://10.in-addr.arpa.:53'],
  '10.0.0.0/24': ['dns://0.0.10.in-addr.arpa.:53'],
  '10.1.2.3/16:5400': ['dns://1.10.in-addr.arpa.:5400'],
  '10.1.2.3/32': ['dns://3.2.1.10.in-addr.arpa.:53'],
  '10.1.3.0/23': ['dns://2.1.10.in-addr.arpa.:53', 'dns://3.1.10.in-addr.arpa.:53'],
  '0.0.0.0/0': ['dns://in-addr.arpa.:53'],
  '2001:db8::/32': ['dns://8.b.d.0.1.0.0.2.ip6.arpa.:53'],
  '2001:db8::/31': ['dns://8.b.d.0.1.0.0.2.ip6.arpa.:53', 'dns://9.b.d.0.1.0.0.2.ip6.arpa.:53'],
  '10.0.0.0/33': ['dns://10.0.0.0/33.:53'],
  '10.0.0/24': ['dns://10.0.0/24.:53'],
}

for (const [key, expected] of Object.entries(keys))
  test(`${key} serves ${expected.join(', ')}`, () => {
    assert.equal(zonesOf(key), expected)
  })

test('the default port can be another one, which transports of their own do not take', () => {
  assert.equal(zonesOf('. tls://.', '1053'), ['dns://.:1053', 'tls://.:853'])
})

test('a key with an unknown environment variable has no zone, with a known one it has', () => {
  assert.equal(zonesOf('{$ZONE}:53'), [])
  const env = (name: string) => ({ ZONE: 'corp.example', PORT: '5353' })[name]
  assert.equal(zones(parseCorefile('{$ZONE}:{%PORT%} {\n}\n', { env })), [['dns://corp.example.:5353']])
})

const refused = ['a.org:', ':53', 'a..org', '.org', 'dns://', `${'a'.repeat(64)}.org`, `${'abcdefg.'.repeat(40)}org`]
for (const key of [...refused, '::/0', '0::1/16', 'abc\\', 'a.org:-1', 'a.org:70000'])
  test(`${key} is refused as a key`, () => {
    const problems = validateCorefile(parseCorefile(`b.org ${key} {\n}\n`), '1.14.7')
    assert.equal(
      problems.map(({ line, column, certain }) => [line, column, certain]),
      [[1, 7, true]],
    )
  })

test('a comma that stands alone is an empty key', () => {
  const [problem] = validateCorefile(parseCorefile('a.org , b.org {\n}\n'), '1.14.7')
  assert.equal([problem?.column, problem?.certain], [7, true])
})

test('a glued brace is named', () => {
  const [problem] = validateCorefile(parseCorefile('.:53{\n log\n}\n'), undefined)
  assert.is(
    problem?.message,
    '.:53{ cannot name a server: not a valid domain name: ".:53{"; a space is missing before the {',
  )
})

test('names: any character, escapes, 63 bytes a label', () => {
  for (const name of ['.', 'a', 'a.', '\\.org', 'a\\.b.org\\.', 'ȶ.org', 'a b', 'a'.repeat(63), '\\000\\255'])
    assert.ok(isDomainName(name), name)
  for (const name of ['', '..', 'a..', '.a', 'ȶ'.repeat(32)]) assert.not.ok(isDomainName(name), name)
})

test('a network with half a label gives as many zones as it has networks there', () => {
  assert.is(reverseZones('10.0.0.0/9')?.length, 128)
  assert.is(reverseZones('10.128.0.0/9')?.[0], '128.10.in-addr.arpa.')
  assert.is(reverseZones('2001:db8::/33')?.length, 8)
  assert.is(reverseZones('a.org'), null)
})

test('the cluster zones are the arguments of kubernetes, or the zones of its server block', () => {
  const text = '. {\n kubernetes Cluster.Local 10.96.0.0/16 {\n }\n}\ncorp.local 10.0.0.0/8 {\n kubernetes\n}\n'
  assert.equal(
    clusterZones(parseCorefile(text)).map(({ zones, primary }) => [zones, primary]),
    [
      [['cluster.local.', '96.10.in-addr.arpa.'], 'cluster.local.'],
      [['corp.local.', '10.in-addr.arpa.'], 'corp.local.'],
    ],
  )
})

test.run()
