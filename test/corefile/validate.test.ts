import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseCorefile } from '../../src/corefile/parse.ts'
import { validateCorefile } from '../../src/corefile/validate.ts'

/** What is wrong with these lines in a server block, as `line:column message`, a ? before what is not certain. */
function problems(lines: string, version: string | undefined = '1.14.7'): string[] {
  return whole(`. {\n${lines}\n}\n`, version)
}

function whole(text: string, version: string | undefined = '1.14.7'): string[] {
  return validateCorefile(parseCorefile(text), version).map(
    ({ line, column, message, certain }) => `${certain ? '' : '? '}${line}:${column} ${message}`,
  )
}

const upstreams = (number: number) => Array.from({ length: number }, (_, n) => `10.0.0.${n}`).join(' ')

test('removed plugins are refused from their version on', () => {
  assert.equal(problems('proxy . 8.8.8.8', '1.4.0'), [])
  assert.equal(problems('proxy . 8.8.8.8', '1.5.0'), ['2:1 plugin proxy was removed in CoreDNS 1.5.0; use forward'])
  assert.equal(problems('federation x', '1.6.9'), [])
  assert.equal(problems('federation x', '1.7.0'), ['2:1 plugin federation was removed in CoreDNS 1.7.0'])
  assert.equal(whole('. {\nproxy . 8.8.8.8\n}\n', 'latest'), [
    '2:1 plugin proxy was removed in CoreDNS 1.5.0; use forward',
  ])
})

test('removed kubernetes options are refused from their version on', () => {
  const text = 'kubernetes cluster.local {\n upstream\n resyncperiod 5m\n transfer to *\n}'
  assert.equal(problems(text, '1.6.9'), [])
  assert.equal(problems(text, '1.7.0').length, 2)
  assert.equal(problems(text, '1.8.0'), [
    '3:2 option upstream of kubernetes was removed in CoreDNS 1.7.0',
    '4:2 option resyncperiod of kubernetes was removed in CoreDNS 1.7.0',
    '5:2 option transfer of kubernetes was removed in CoreDNS 1.8.0',
  ])
})

test('plugins and options that came later', () => {
  assert.equal(problems('view a {\n expr true\n}', '1.9.4'), [
    '2:1 CoreDNS 1.9.4 has no plugin view: it came with 1.10.0',
  ])
  assert.equal(problems('dns64', '1.6.9'), ['? 2:1 CoreDNS 1.6.9 has no plugin dns64: it came with 1.7.0'])
  assert.equal(problems('forward . 1.1.1.1 {\n next SERVFAIL\n}', 'v1.11.3'), [
    '3:2 CoreDNS 1.11.3 does not know option next of forward: it came with 1.11.4',
  ])
})

test('an unknown version counts as the newest, but what hangs on it is not certain', () => {
  const text = '. {\nproxy . 8.8.8.8\nkubernetes cluster.local {\n upstream\n foo\n}\ncache\ncache\n}\n'
  assert.equal(
    validateCorefile(parseCorefile(text), undefined).map(({ line, certain }) => [line, certain]),
    [
      [2, false],
      [4, false],
      [5, false],
      [8, true],
    ],
  )
})

test('a version newer than the tables may know more', () => {
  assert.equal(problems('forward . 1.1.1.1 {\n foo\n}', '1.15.0'), [
    '? 3:2 CoreDNS 1.15.0 does not know option foo of forward',
  ])
})

test('a plugin that is not known may have been built in', () => {
  assert.equal(problems('kubernetai a.local'), [
    '? 2:1 plugin kubernetai is not part of CoreDNS: the image must have been built with it',
  ])
  assert.equal(problems('Errors'), ['? 2:1 CoreDNS 1.14.7 has no plugin Errors'])
  assert.equal(problems('constructor\n__proto__'), [
    '? 2:1 CoreDNS 1.14.7 has no plugin constructor',
    '? 3:1 CoreDNS 1.14.7 has no plugin __proto__',
  ])
})

test('a key where a plugin should be tells of a missing }', () => {
  assert.equal(whole('. {\n log {\n class error\n }\nb.org {\n log\n}\n'), [
    '5:1 CoreDNS 1.14.7 has no plugin b.org; is a } missing above?',
  ])
})

test('the same zone twice, but not on other ports, transports or addresses', () => {
  const twice = (first: string, second: string, inside = 'log') =>
    whole(`${first} {\n${inside}\n}\n${second} {\n${inside}\n}\n`)
  assert.equal(twice('.:53', '.'), ['4:1 cannot serve dns://.:53: it is already defined on line 1'])
  assert.equal(twice('A.org', 'a.org.'), ['4:1 cannot serve dns://a.org.:53: it is already defined on line 1'])
  assert.equal(twice('.', '.:54'), [])
  assert.equal(twice('.', 'tls://.'), [])
  assert.equal(twice('.', '.', 'view v {\n expr true\n}'), [])
  assert.equal(twice('{$ZONE}', '{$ZONE}'), [])
  assert.equal(whole('. . {\n}\n'), ['1:3 cannot serve dns://.:53: it is already defined on line 1'])
})

test('the same zone on addresses', () => {
  const bound = (first: string, second: string) => whole(`. {\n${first}\n}\n. {\n${second}\n}\n`)
  assert.equal(bound('bind 10.0.0.1', 'bind 10.0.0.2'), [])
  assert.equal(bound('bind 10.0.0.1', 'bind {$IP}'), [])
  assert.equal(bound('bind 10.0.0.1', 'bind 10.0.0.1 10.0.0.2 {\n except 10.0.0.1\n}'), [])
  assert.equal(bound('bind 10.0.0.1', 'bind 10.0.0.1'), [
    '4:1 cannot serve dns://.:53 on 10.0.0.1: it is already defined on line 1',
  ])
  assert.equal(bound('bind eth0', 'bind eth0'), [
    '? 4:1 cannot serve dns://.:53 on eth0: it is already defined on line 1',
  ])
  assert.equal(bound('bind 10.0.0.1', 'log'), [
    '4:1 cannot serve dns://.:53: line 1 serves it on one of these addresses',
  ])
  assert.equal(bound('log', 'bind 10.0.0.1'), [
    '4:1 cannot serve dns://.:53 on 10.0.0.1: line 1 serves it on all addresses',
  ])
})

test('a zone of an imported file is placed in that file', () => {
  const files = new Map([['/etc/coredns/custom/a.server', 'log.org {\n}\n.:53 {\n}\n']])
  const [problem] = validateCorefile(parseCorefile('.:53 {\n}\nimport custom/*.server\n', { files }), '1.14.7')
  assert.equal([problem?.file, problem?.line], ['/etc/coredns/custom/a.server', 3])
  assert.is(problem?.message, 'cannot serve dns://.:53: it is already defined on line 1 of /etc/coredns/Corefile')
})

test('forward: upstreams', () => {
  const missing = 'forward has no upstream: it needs a zone and an address, such as forward . 10.0.0.53'
  assert.equal(problems('forward'), [`2:1 ${missing}`])
  assert.equal(problems('forward .'), [`2:1 ${missing}`])
  assert.equal(problems(`forward . ${upstreams(15)}`), [])
  assert.equal(problems(`forward . ${upstreams(16)}`).length, 1)
  assert.equal(problems('forward a..b 10.0.0.1'), ['2:9 forward needs a zone first, such as ., and a..b is none'])
  assert.equal(problems('forward . 10.0.0.1, 10.0.0.2'), [
    '2:11 10.0.0.1, is neither an IP address nor a file, so forward cannot use it',
  ])
  assert.equal(problems('forward . 10.0.0.999').length, 1)
  assert.equal(problems('forward . quic://10.0.0.1'), ['2:11 CoreDNS 1.14.7 cannot forward over quic://'])
  assert.equal(problems('forward . https://10.0.0.1'), [])
  assert.equal(problems('forward . https://10.0.0.1', '1.14.4'), ['2:11 CoreDNS 1.14.4 cannot forward over https://'])
  assert.equal(problems('forward . dns.corp.example'), [])
  assert.equal(problems('forward . dns.corp.example', '1.12.0'), [
    '2:11 forward takes a host name such as dns.corp.example only from CoreDNS 1.14.4 on',
  ])
})

test('a second forward is refused up to 1.9.3', () => {
  const text = 'forward a.org 10.0.0.1\nforward . 10.0.0.2'
  assert.equal(problems(text, '1.9.4'), [])
  assert.equal(problems(text, '1.9.3'), ['3:1 forward can stand only once in a server block before CoreDNS 1.9.4'])
})

test('ready passed over unknown options before 1.14.4', () => {
  assert.equal(problems('ready {\n foo\n}', '1.14.3'), [])
  assert.equal(problems('ready {\n foo\n}', '1.14.4').length, 1)
})

test.run()
