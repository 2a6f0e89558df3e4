import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ask } from '../../src/probes/prober.ts'
import { relayProber } from '../../src/probes/relay.ts'
import type { ProbeResult } from '../../src/snapshot/observations.ts'
import { answer, type Reply } from '../dns/server.ts'
import { upstream } from '../observations.ts'
import { withRelay } from './relays.ts'

const test = suite('what the relay saw')

const prober = relayProber('coredns:1.14.7')
const ask = (...names: readonly string[]): Ask => ({
  to: upstream('8.8.8.8'),
  protocol: 'udp',
  questions: names.map(name => ({ name, type: 'A', about: 'external', expected: [] })),
})
const answering =
  (rcode: number): Reply =>
  (query, socket) =>
    socket.write(answer(query, { rcode }))

async function resultsOf(reply: Reply, logs: readonly string[], ...names: readonly string[]) {
  let results: readonly ProbeResult[] = []
  await withRelay(
    [reply],
    async ({ session }) => {
      const observed = await prober.ask(session, [ask(...names)])
      for (const { node, from, to, protocol } of observed)
        assert.equal([node, from, to.address, protocol], ['w1', 'pod', '8.8.8.8', 'udp'])
      results = observed.map(o => o.result)
    },
    { logs },
  )
  return results
}

const timeout = '[ERROR] plugin/errors: 2 a. A: read udp 10.1.1.1:5->8.8.8.8:53: i/o timeout\n'

test('answers have the time that the relay waited', async () =>
  assert.equal(
    await resultsOf(answering(0), ['[INFO] dnsfix 1 NOERROR 0.002s\n[INFO] dnsfix 2 NOERROR 0.5s\n'], 'a', 'b'),
    [
      { rcode: 'NOERROR', answers: ['10.96.0.1'], ms: 2 },
      { rcode: 'NOERROR', answers: ['10.96.0.1'], ms: 500 },
    ],
  ))

test('a SERVFAIL that forward made up is the silence that it stands for', async () =>
  assert.equal(await resultsOf(answering(2), [`[INFO] dnsfix 1 SERVFAIL 2s\n${timeout}`], 'a'), [
    { silence: 'timeout', ms: 2000 },
  ]))

test('a SERVFAIL of the target is an answer', async () =>
  assert.equal(await resultsOf(answering(2), ['[INFO] dnsfix 1 SERVFAIL 0.004s\n'], 'a'), [
    { rcode: 'SERVFAIL', answers: [], ms: 4 },
  ]))

test('an error of an earlier try does not undo an answer', async () =>
  assert.equal(await resultsOf(answering(0), [`${timeout}[INFO] dnsfix 1 NOERROR 0.004s\n`], 'a'), [
    { rcode: 'NOERROR', answers: ['10.96.0.1'], ms: 4 },
  ]))

test('a log that is not whole yet is read again', async () => {
  const logs = [
    '',
    '[INFO] dnsfix 1 SERV',
    '[INFO] dnsfix 1 SERVFAIL 2s\n[ERROR] plugin/errors: 2 a. A: read',
    `[INFO] dnsfix 1 SERVFAIL 2s\n${timeout}`,
  ]
  assert.equal(await resultsOf(answering(2), logs, 'a'), [{ silence: 'timeout', ms: 2000 }])
})

test('without its log, the time is what was waited here', async () => {
  const [result] = await resultsOf(answering(0), ['[INFO] something else\n'], 'a')
  assert.ok(result && 'rcode' in result && result.ms > 0)
})

test('the command is that of the DNS container, the Corefile that of the questions', () => {
  const { containers, annotations } = relayProber('own:1', ['/bin/coredns']).parts([ask('a')], 20053)
  assert.equal(containers[0]?.command, ['/bin/coredns'])
  assert.is(prober.parts([ask('a')], 20053).containers[0]?.command, undefined)
  assert.match(annotations?.['kubectl-dnsfix/corefile'] ?? '', 'forward . 8.8.8.8:53')
})

test.run()
