import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { categoryOf, codes } from '../src/catalog.ts'
import { type Finding, messageOf, severityOf } from '../src/finding.ts'
import { gapFindings, rightText } from '../src/gaps.ts'
import type { Gap, Input } from '../src/snapshot/snapshot.ts'

const test = suite('gaps')

const essential: ReadonlySet<Input> = new Set(['pods', 'answers'])
const logRight = { verb: 'get', group: '', resource: 'pods/log', namespace: 'kube-system' }
const forbidden = (object: string): Gap => ({
  input: 'logs',
  object,
  why: 'forbidden',
  detail: `pods "${object}" is forbidden`,
  right: logRight,
})
const timeout = (input: Input, object: string): Gap => ({ input, object, why: 'timeout', detail: 'too late' })

const find = (...gaps: readonly Gap[]) => gapFindings(gaps, essential)

test('one finding for one missing right, however often it was missed', () => {
  const found = find(...['a', 'b', 'c', 'd'].map(forbidden))
  assert.is(found.length, 1)
  assert.is(found[0]?.code, 'DNS901')
  assert.equal(found[0]?.args, {
    right: 'get pods/log in namespace kube-system',
    what: 'the logs of the DNS Pods',
  })
  assert.equal(
    found[0]?.evidence.map(e => e.source),
    ['a', 'b', 'c'],
  )
})

test('the same right for two inputs is one finding that names both', () => {
  const right = { verb: 'get', group: '', resource: 'pods/proxy' }
  const gaps = (['metrics', 'readiness'] as const).map(input => ({
    input,
    why: 'forbidden' as const,
    detail: '',
    right,
  }))
  const found = find(...gaps)
  assert.is(found.length, 1)
  assert.match(messageOf(found[0] as (typeof found)[0]), /get pods\/proxy.* and /)
})

test('two missing rights are two findings', () => {
  assert.is(find(forbidden('a'), { ...forbidden('a'), right: { ...logRight, verb: 'list' } }).length, 2)
})

test('what a rule needs is missing, what it only uses is partial', () => {
  const [answers, metrics] = find(timeout('answers', 'coredns-a'), timeout('metrics', 'coredns-a'))
  assert.equal([answers?.code, metrics?.code], ['DNS902', 'DNS903'])
  assert.equal(answers && severityOf(answers), 'warning')
  assert.equal(metrics && severityOf(metrics), 'info')
})

test('one finding for one input and one way to fail', () => {
  const found = find(timeout('answers', 'a'), timeout('answers', 'b'), { ...timeout('answers', 'c'), why: 'not-found' })
  assert.equal(
    found.map(f => f.args),
    [
      { what: 'the answers of the DNS Pods', objects: ['a', 'b'], why: 'timeout' },
      { what: 'the answers of the DNS Pods', objects: ['c'], why: 'not found' },
    ],
  )
})

test('what failed for no known reason says so in its own words', () => {
  const [found] = find({ input: 'pods', why: 'failed', detail: 'etcdserver: request timed out' })
  assert.equal(found?.args, { what: 'the DNS Pods', objects: [], why: 'etcdserver: request timed out' })
  assert.equal(found?.evidence, [{ source: 'the DNS Pods', text: 'etcdserver: request timed out' }])
})

const unstarted = (object: string, detail: string): Gap => ({ input: 'probes', object, why: 'failed', detail })

test('one finding for one reason why probe Pods did not start, with their nodes', () => {
  const quota = 'exceeded quota: none'
  const found = find(unstarted('w1', quota), unstarted('w2', 'ImagePullBackOff'), unstarted('w3', quota))
  assert.equal(
    found.map(f => [f.code, f.object.name, f.args]),
    [
      ['DNS904', 'w1', { nodes: ['w1', 'w3'], reason: quota }],
      ['DNS904', 'w2', { nodes: ['w2'], reason: 'ImagePullBackOff' }],
    ],
  )
  assert.is(messageOf(found[0] as Finding), `no probe Pod could ask from w1, w3: ${quota}`)
})

test('probe Pods that you may not make are a missing right; without a node it is the input that is missing', () => {
  const right = { verb: 'create', group: '', resource: 'pods', namespace: 'default' }
  assert.equal(
    find({ ...unstarted('w1', 'forbidden'), right }, { input: 'probes', why: 'failed', detail: 'no node' }).map(
      f => f.code,
    ),
    ['DNS901', 'DNS903'],
  )
})

test('no gaps, no findings', () => assert.equal(find(), []))

test('every access code is found here', () => {
  const found = find(forbidden('a'), timeout('answers', 'a'), timeout('logs', 'a'), unstarted('w1', 'x')).map(
    f => f.code,
  )
  assert.equal(
    [...found].sort(),
    codes.filter(code => categoryOf(code) === 'access'),
  )
})

const rights: readonly [right: Parameters<typeof rightText>[0], text: string][] = [
  [{ verb: 'list', group: '', resource: 'nodes' }, 'list nodes'],
  [logRight, 'get pods/log in namespace kube-system'],
  [{ verb: 'list', group: 'apps', resource: 'deployments', namespace: 'x' }, 'list deployments.apps in namespace x'],
  [undefined, ''],
]
for (const [right, text] of rights)
  test(`a right in words: ${text || '(none)'}`, () => assert.is(rightText(right), text))

test.run()
