import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { configProblems, configuredUpstreams } from '../../src/kube-dns/config.ts'

const test = suite('kube-dns config')

const good: readonly [name: string, data: Readonly<Record<string, string>>][] = [
  ['nothing', {}],
  ['the founding repair', { upstreamNameservers: '["8.8.8.8","8.8.4.4"]' }],
  ['three, the limit', { upstreamNameservers: '["10.0.0.1","10.0.0.2","10.0.0.3"]' }],
  ['ports', { upstreamNameservers: '["10.0.0.1:5353","[2001:db8::53]:53"]' }],
  ['IPv6', { upstreamNameservers: '["2001:db8::53"]' }],
  ['an empty list', { upstreamNameservers: '[]' }],
  ['null', { upstreamNameservers: 'null', stubDomains: 'null' }],
  ['spaces and lines', { upstreamNameservers: '[\n  "10.0.0.1",\n  "10.0.0.2"\n]\n' }],
  ['stub domains', { stubDomains: '{"corp.example":["10.1.1.1","10.1.1.2:54"],"a":[]}' }],
  ['a stub domain with a host name (kube-dns 1.15.1)', { stubDomains: '{"corp.example":["dns.corp.example"]}' }],
  [
    'many stub domains',
    { stubDomains: JSON.stringify(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`d${i}`, ['10.0.0.1']]))) },
  ],
  ['other keys', { federations: 'myfed=example.com', note: 'not JSON' }],
]
for (const [name, data] of good) test(`takes ${name}`, () => assert.equal(configProblems(data), []))

const bad: readonly [data: Readonly<Record<string, string>>, problem: RegExp][] = [
  [{ upstreamNameservers: 'notjson' }, /^is not JSON$/],
  [{ upstreamNameservers: '["8.8.8.8",]' }, /^is not JSON$/],
  [{ upstreamNameservers: "['8.8.8.8']" }, /^is not JSON$/],
  [{ upstreamNameservers: '8.8.8.8' }, /^is not JSON$/],
  [{ upstreamNameservers: '"8.8.8.8"' }, /array of strings/],
  [{ upstreamNameservers: '{"a":"8.8.8.8"}' }, /array of strings/],
  [{ upstreamNameservers: '[8]' }, /array of strings/],
  [{ upstreamNameservers: '["1.1.1.1","1.1.1.2","1.1.1.3","1.1.1.4"]' }, /4 entries, .* three at most/],
  [{ upstreamNameservers: '["dns.google"]' }, /"dns\.google", which is not an IP address/],
  [{ upstreamNameservers: '[""]' }, /"", which is not/],
  [{ upstreamNameservers: '["8.8.8"]' }, /"8\.8\.8", which is not/],
  [{ upstreamNameservers: '["8.8.8.256"]' }, /which is not/],
  [{ upstreamNameservers: '["08.8.8.8"]' }, /which is not/],
  [{ upstreamNameservers: '["8.8.8.8:0"]' }, /which is not/],
  [{ upstreamNameservers: '["8.8.8.8:65536"]' }, /which is not/],
  [{ upstreamNameservers: '["8.8.8.8:dns"]' }, /which is not/],
  [{ upstreamNameservers: '["8.8.8.8#53"]' }, /which is not/],
  [{ upstreamNameservers: '["[2001:db8::53]"]' }, /which is not/],
  [{ upstreamNameservers: '["fe80::1%eth0"]' }, /which is not/],
  [{ upstreamNameservers: '["tls://1.1.1.1"]' }, /which is not/],
  [{ upstreamNameservers: '[" 8.8.8.8"]' }, /which is not/],
  [{ stubDomains: 'notjson' }, /^is not JSON$/],
  [{ stubDomains: '["10.1.1.1"]' }, /^is not a JSON object$/],
  [{ stubDomains: '{"corp.example":"10.1.1.1"}' }, /gives "corp\.example" no array/],
  [{ stubDomains: '{"corp_example":["10.1.1.1"]}' }, /"corp_example", which is not a domain name/],
  [{ stubDomains: '{"corp.example.":["10.1.1.1"]}' }, /which is not a domain name/],
  [{ stubDomains: '{"Corp.example":["10.1.1.1"]}' }, /which is not a domain name/],
  [{ stubDomains: '{"":["10.1.1.1"]}' }, /which is not a domain name/],
  [{ stubDomains: '{"corp.example":["10.1.1.1#54"]}' }, /names the server "10\.1\.1\.1#54" for corp\.example/],
  [{ stubDomains: '{"corp.example":["Dns.example"]}' }, /names the server/],
]
for (const [data, problem] of bad) {
  test(`refuses ${JSON.stringify(data)}`, () => {
    const [found, ...more] = configProblems(data)
    assert.equal(more, [])
    assert.is(found?.key, Object.keys(data)[0])
    assert.match(found?.problem ?? '', problem)
  })
}

test('every wrong entry is told, of both keys', () => {
  const problems = configProblems({ upstreamNameservers: '["a","b"]', stubDomains: '{"c_":["10.0.0.1"],"d":["e_"]}' })
  assert.equal(
    problems.map(p => p.key),
    ['upstreamNameservers', 'upstreamNameservers', 'stubDomains', 'stubDomains'],
  )
})

test('one wrong entry, and nothing of the ConfigMap counts', () => {
  assert.equal(configuredUpstreams({ upstreamNameservers: '["8.8.8.8:53"]' }), ['8.8.8.8:53'])
  assert.equal(configuredUpstreams({ upstreamNameservers: '["8.8.8.8"]', stubDomains: '{' }), [])
  assert.equal(configuredUpstreams({ upstreamNameservers: '["8.8.8.8","dns.google"]' }), [])
  assert.equal(configuredUpstreams({ upstreamNameservers: 'null' }), [])
  assert.equal(configuredUpstreams({}), [])
})

test('up to three addresses are taken, whatever they are', () => {
  const server = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65535 })).map(([ip, port]) => `${ip}:${port}`),
    fc.tuple(fc.ipV6(), fc.integer({ min: 1, max: 65535 })).map(([ip, port]) => `[${ip}]:${port}`),
  )
  fc.assert(
    fc.property(fc.array(server, { maxLength: 3 }), servers => {
      const data = { upstreamNameservers: JSON.stringify(servers) }
      assert.equal(configProblems(data), [])
      assert.equal(configuredUpstreams(data), servers)
    }),
  )
})

test('nothing makes it fail', () => {
  const text = fc.oneof(fc.string(), fc.json())
  fc.assert(
    fc.property(text, text, (upstreamNameservers, stubDomains) =>
      Array.isArray(configuredUpstreams({ upstreamNameservers, stubDomains })),
    ),
  )
})

test.run()
