import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ask } from '../../src/probes/prober.ts'
import { relayResults } from '../../src/probes/relay-log.ts'
import type { ProbeQuestion, Protocol } from '../../src/snapshot/observations.ts'
import { upstream } from '../observations.ts'

const test = suite("the relay's log")

const question = (name: string, type: ProbeQuestion['type'] = 'A'): ProbeQuestion => ({
  name,
  type,
  about: 'external',
  expected: [],
})
const ask = (address: string, protocol: Protocol = 'udp', port = 53): Ask => ({
  to: { ...upstream(address), port },
  protocol,
  questions: [],
})
const whyOf = (log: string, asked: Ask, name = 'example.com', type: ProbeQuestion['type'] = 'A') =>
  relayResults(log).errors(asked, question(name, type))

/** CoreDNS from 1.6.3 on; before it a date stands in front, and with `timestamps` the kubelet puts one there. */
const begins = ['', '2019-08-19T23:11:36.012Z ', '2026-11-22T13:20:00.123456789Z ']

for (const begin of begins) {
  test(`times by ID, after "${begin}"`, () => {
    const log = [
      '.:20053 on 127.0.0.1',
      `${begin}[INFO] CoreDNS-1.14.7`,
      `${begin}[INFO] dnsfix 1 NOERROR 0.000258485s`,
      `${begin}[INFO] dnsfix 12 NXDOMAIN 1.2s`,
      `${begin}[INFO] dnsfix 3 - 2.000258485s`,
      '',
    ].join('\n')
    const { times } = relayResults(log)
    assert.equal([...times.keys()], [1, 12, 3])
    assert.ok(Math.abs((times.get(1) ?? 0) - 0.258485) < 1e-9)
    assert.is(times.get(12), 1200)
    assert.is(times.get(2), undefined)
  })

  test(`why there was no answer, after "${begin}"`, () => {
    const line = `${begin}[ERROR] plugin/errors: 2 example.com. A: read udp 10.244.1.9:48557->8.8.8.8:53: i/o timeout\n`
    assert.is(whyOf(line, ask('8.8.8.8')), 'timeout')
  })
}

/** Go's words after `plugin/errors: 2 example.com. A: `. */
const words: readonly (readonly [words: string, asked: Ask, silence: string | undefined])[] = [
  ['read udp 10.244.1.9:48557->8.8.8.8:53: i/o timeout', ask('8.8.8.8'), 'timeout'],
  ['dial tcp 8.8.8.8:53: i/o timeout', ask('8.8.8.8', 'tcp'), 'timeout'],
  ['read udp 10.244.1.9:33333->10.96.0.10:53: read: connection refused', ask('10.96.0.10'), 'refused'],
  ['dial tcp 10.96.0.10:53: connect: connection refused', ask('10.96.0.10', 'tcp'), 'refused'],
  ['read udp 10.244.1.9:33333->10.0.0.2:53: read: no route to host', ask('10.0.0.2'), 'unreachable'],
  ['dial udp [2001:4860:4860::8888]:53: connect: network is unreachable', ask('2001:4860:4860::8888'), 'unreachable'],
  ['write udp 10.244.1.9:33333->10.0.0.2:53: write: operation not permitted', ask('10.0.0.2'), 'unreachable'],
  ['dial tcp 10.0.0.2:53: connect: host is down', ask('10.0.0.2', 'tcp'), 'unreachable'],
  ['read tcp 10.244.1.9:33333->10.0.0.2:53: read: connection reset by peer', ask('10.0.0.2', 'tcp'), 'closed'],
  ['read udp [fd00:1::9]:48557->[fd00::a]:53: i/o timeout', ask('fd00::a'), 'timeout'],
  ['dial tcp [fd00::a]:5353: connect: connection refused', ask('fd00::a', 'tcp', 5353), 'refused'],
  ['read udp 10.244.1.9:48557->8.8.8.8:53: i/o timeout', ask('8.8.8.8', 'tcp'), undefined],
  ['read udp 10.244.1.9:48557->8.8.8.8:53: i/o timeout', ask('8.8.4.4'), undefined],
  ['read udp 10.244.1.9:48557->8.8.8.8:53: i/o timeout', ask('8.8.8.8', 'udp', 5353), undefined],
]
for (const [text, asked, silence] of words) {
  test(`${asked.to.address} over ${asked.protocol} at ${asked.to.port}: ${text}`, () =>
    assert.is(whyOf(`[ERROR] plugin/errors: 2 example.com. A: ${text}\n`, asked), silence))
}

test('names in any case, with and without the final dot, but no other name and no other type', () => {
  const log = '[ERROR] plugin/errors: 2 eXaMpLe.COM. A: read udp 10.1.1.1:5->8.8.8.8:53: i/o timeout\n'
  assert.is(whyOf(log, ask('8.8.8.8'), 'Example.com'), 'timeout')
  assert.is(whyOf(log.replace('COM.', 'COM'), ask('8.8.8.8')), 'timeout')
  assert.is(whyOf(log, ask('8.8.8.8'), 'example.org'), undefined)
  assert.is(whyOf(log, ask('8.8.8.8'), 'example.com', 'AAAA'), undefined)
})

test('a SERVFAIL that the target sent has no reason', () => {
  const { times, errors } = relayResults('[INFO] dnsfix 4 SERVFAIL 0.003s\n')
  assert.is(times.get(4), 3)
  assert.is(errors(ask('8.8.8.8'), question('example.com')), undefined)
})

test('half of a line is no time', () => {
  for (const half of ['[INFO] dnsfix 4 NOERROR 0.0012', '[INFO] dnsfix 4 NOERR', '[INFO] dnsfix 4', '[INFO] dns'])
    assert.is(relayResults(`[INFO] dnsfix 3 NOERROR 0.001s\n${half}`).times.size, 1, half)
})

test('half of a line is no reason', () => {
  const whole = '[ERROR] plugin/errors: 2 example.com. A: read udp 10.1.1.1:5->8.8.8.8:53: i/o timeout'
  for (let length = 0; length < whole.length; length++)
    assert.is(whyOf(whole.slice(0, length), ask('8.8.8.8')), undefined, whole.slice(0, length))
})

test.run()
