import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseNslookup } from '../../src/probes/nslookup.ts'

const test = suite('nslookup')

const bind = 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n'
const busybox = 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n'

const answers = [
  [
    'A of BIND',
    `${bind}Name:\texample.com\nAddress: 192.0.2.1\nName:\texample.com\nAddress: 192.0.2.2\n`,
    'A',
    ['192.0.2.1', '192.0.2.2'],
  ],
  [
    'behind a first try without an answer',
    `;; communications error to 10.96.0.10#53: timed out\n${bind}Name:\texample.com\nAddress: 192.0.2.1\n`,
    'A',
    ['192.0.2.1'],
  ],
  [
    'behind a CNAME',
    `${bind}www.test\tcanonical name = a.test.\nName:\ta.test\nAddress: 192.0.2.1\n`,
    'A',
    ['192.0.2.1'],
  ],
  [
    'AAAA until BIND 9.10',
    `${bind}Non-authoritative answer:\na.test\thas AAAA address 2001:db8::1\n`,
    'AAAA',
    ['2001:db8::1'],
  ],
  [
    'PTR of BIND',
    `${bind}1.0.96.10.in-addr.arpa\tname = kubernetes.default.svc.cluster.local.\n`,
    'PTR',
    ['kubernetes.default.svc.cluster.local'],
  ],
  [
    'PTR of BusyBox',
    `${busybox}1.0.96.10.in-addr.arpa\tname = kubernetes.default.svc.cluster.local\n`,
    'PTR',
    ['kubernetes.default.svc.cluster.local'],
  ],
  [
    'A of BusyBox',
    `${busybox}Non-authoritative answer:\nName:\texample.com\nAddress: 192.0.2.1\n\n`,
    'A',
    ['192.0.2.1'],
  ],
  [
    'A of the BusyBox of OpenWrt',
    `${busybox}Name:      a.test\nAddress 1: 192.0.2.1\nAddress 2: 192.0.2.2\n`,
    'A',
    ['192.0.2.1', '192.0.2.2'],
  ],
  ['nothing of that type', `${bind}Non-authoritative answer:\n*** Can't find example.com.: No answer\n`, 'A', []],
] as const

for (const [title, text, type, expected] of answers) {
  test(title, () => assert.equal(parseNslookup(text, type), { rcode: 'NOERROR', answers: expected }))
}

const failures = [
  ['NXDOMAIN', `${bind}** server can't find nope.example.com: NXDOMAIN`],
  [
    'NXDOMAIN',
    `${busybox}** server can't find nope.example.com.: NXDOMAIN\n\n*** Can't find nope.example.com.: No answer\n`,
  ],
  ['SERVFAIL', `;; Got SERVFAIL reply from 10.96.0.10\n${bind}** server can't find example.com: SERVFAIL`],
  ['REFUSED', `${busybox}** server can't find example.com.: REFUSED`],
] as const

for (const [rcode, text] of failures) {
  test(`${rcode} is told: ${text.split('\n').at(-1)}`, () =>
    assert.equal(parseNslookup(text, 'A'), { rcode, answers: [] }))
}

const silences = [
  ['timeout', ';; connection timed out; no servers could be reached'],
  ['timeout', ';; communications error to 10.96.0.99#53: timed out\n;; no servers could be reached'],
  // BusyBox goes on until its time is over, whatever it hears.
  ['refused', 'nslookup: read: Connection refused\n;; connection timed out; no servers could be reached'],
  ['unreachable', "nslookup: can't connect to remote host: Network is unreachable"],
  ['closed', ';; communications error to 127.0.0.1#5303: end of file\n;; no servers could be reached'],
] as const

for (const [silence, text] of silences) {
  test(`${silence}: ${text}`, () => assert.equal(parseNslookup(text, 'A'), { silence }))
}

test('a usage text is no observation', () => {
  assert.is(parseNslookup('BusyBox v1.28.4\n\nUsage: nslookup [HOST] [SERVER]', 'A'), undefined)
})

test.run()
