import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CorefileError } from '../../src/corefile/error.ts'
import { parseCorefile } from '../../src/corefile/parse.ts'
import { validateCorefile } from '../../src/corefile/validate.ts'

// Each of these was given to CoreDNS 1.14.7, as the lines of a server block; it started, or refused to.

const accepted = [
  'whoami',
  'log import x',
  'log#x whoami',
  '"log""errors"',
  'log\n{\n class error\n}',
  'log . "{remote}\n{name}"',
  'bind 127.0.0.1',
  'cache 30',
  'errors stdout',
  'errors {\n consolidate 5m ".* timeout$" warning\n}',
  'errors { stacktrace }',
  'forward . 10.0.0.1 { max_concurrent 1000 }',
  'forward . 10.0.0.1 {\n max_concurrent 1000 }',
  'forward . 10.0.0.1 {\n policy random max_fails 3\n}',
  'forward . 10.0.0.1 {\n expire 1m30s\n health_check 0.5s\n}',
  'forward . ::1 [::1] [::1]:5353 fe80::1%eth0 [fe80::1%eth0]:53',
  'forward . tls://10.0.0.1%dns.example',
  'forward . https://10.0.0.1',
  'forward a.org:53 10.0.0.1',
  'forward . 10.0.0.1\nforward a.org 10.0.0.2',
  'health 127.0.0.1:18080 {\n lameduck 5s\n}',
  'hosts {\n 10.0.0.1 a.org\n fallthrough\n}',
  'hosts { 10.0.0.1 a.org }',
  'loadbalance round_robin',
  'loop',
  'prometheus [::1]:19153',
  'ready 127.0.0.1:18181 {\n monitor continuously\n}',
  'reload 10s 5s',
  'reload\nreload 10',
  'bufsize 1232\nbufsize 100',
  'cache {\n disable success }',
  'cache {\n serve_stale 1h immediate\n}',
  'cache 30 foo.org',
  'forward . 10.0.0.1 {\n except a b }',
  'forward . 10.0.0.1 {\n expire 10s }',
  'forward . 10.0.0.1 {\n max_concurrent +5\n}',
  'forward . 10.0.0.1:99999 [10.0.0.1] 10.0.0.1',
  'forward . /etc/resolv.conf localhost',
  'template ANY ANY {\n rcode NXDOMAIN }',
  'log {\n}',
  'minimal\nminimal x',
  'rewrite name a.org b.org',
  'rewrite stop { name regex (.*)\\.a\\.org {1}.b.org }',
  'template IN A a.org {\n match "^(?P<x>.*)\\.a\\.org\\.$"\n answer "{{ .Name }} 60 IN A 1.2.3.4"\n fallthrough\n}',
]

const refused = [
  'any x',
  'autopath',
  'bind',
  'bufsize 100',
  'bufsize foo',
  'cache 0',
  'cache 30 { prefetch 1 }',
  'cache 30 { success 100 }',
  'cache 30 {\n} errors',
  'cache {\n foo\n}',
  'cache {\n success 1 {\n a\n }\n}',
  'cache\ncache 30',
  'errors foo',
  'errors {\n foo\n}',
  'errors\nerrors',
  'loop {\n}',
  'whoami {\n x\n}',
  'forward . 10.0.0.1 {\n max_fails 3 3\n}',
  'forward . 10.0.0.1 {\n next SERVFAIL }',
  'forward . 10.0.0.1 {\n prefer_udp x\n}',
  'forward . 10.0.0.1 {\n expire -5s\n}',
  'forward . 010.0.0.1',
  'cache {\n serve_stale 1h }',
  'cache {\n keepttl }',
  'cache -1',
  'hosts {\n}\nhosts {\n}',
  'hosts {\n ttl 0\n}',
  'template ANY ANY {\n rcode NXDOMAIN x\n}',
  'template ANY ANY\n{\n rcode NXDOMAIN\n}',
  'foobar',
  'forward',
  'forward .',
  'forward . 10.0.0.1 { force_tcp }',
  'forward . 10.0.0.1 {\n bogus 1\n}',
  'forward . 10.0.0.1 {\n except a {\n }\n}',
  'forward . 10.0.0.1 {\n except\n}',
  'forward . 10.0.0.1 {\n expire 10\n}',
  'forward . 10.0.0.1 {\n max_concurrent -1\n}',
  'forward . 10.0.0.1 {\n policy first\n}',
  'forward . 10.0.0.1\n{\n max_concurrent 1000\n}',
  'forward . 10.0.0.1, 10.0.0.2',
  'forward . dns://',
  'forward . {$}',
  'health 127.0.0.1:18080 { lameduck 5s }',
  'health 127.0.0.1:18080 {\n foo 5\n}',
  'health 127.0.0.1:18080 {\n lameduck 5\n}',
  'health localhost',
  'hosts {\n 10.0.0.1 a.org\n ttl foo\n}',
  'hosts {\n fallthrough\n 10.0.0.1 a.org\n}',
  'kubernetes 10.in-addr.arpa',
  'kubernetes cluster.local { pods insecure }',
  'kubernetes cluster.local {\n ignore foo\n}',
  'kubernetes cluster.local {\n namespaces\n}',
  'kubernetes cluster.local {\n pods foo\n}',
  'kubernetes cluster.local {\n tls a b\n}',
  'kubernetes cluster.local {\n ttl 9999\n}',
  'kubernetes cluster.local\nkubernetes a.local',
  'loadbalance random',
  'log { class error }',
  'log {\n class foo\n}',
  'log {\n foo\n}',
  'loop x',
  'loop\nloop',
  'minimal x',
  'prometheus 127.0.0.1',
  'prometheus ::1:19153',
  'ready 127.0.0.1:18181\nready 127.0.0.1:18182',
  'reload 10',
  'reload 10s 5s 3s',
  'reload 1s',
  'template ANY',
  'template ANY ANY {\n foo\n}',
  'whoami x',
]

function judge(lines: string): string[] {
  try {
    return validateCorefile(parseCorefile(`. {\n${lines}\n}\n`), '1.14.7').map(({ message }) => message)
  } catch (error) {
    if (error instanceof CorefileError) return [error.message]
    throw error
  }
}

for (const lines of accepted)
  test(`CoreDNS takes ${JSON.stringify(lines)}`, () => {
    assert.equal(judge(lines), [])
  })

for (const lines of refused)
  test(`CoreDNS refuses ${JSON.stringify(lines)}`, () => {
    assert.is(judge(lines).length, 1)
  })

test.run()
