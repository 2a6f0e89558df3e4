import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RequestError } from '../../src/kube/failures.ts'
import { askPod } from '../../src/snapshot/answers.ts'
import type { Look } from '../../src/snapshot/look.ts'
import type { Pod, Service } from '../../src/snapshot/objects.ts'
import type { Evidence, PodAnswer } from '../../src/snapshot/snapshot.ts'
import { clusterQuestion, externalQuestion, healthy } from '../clusters.ts'
import { type Asked, clientOver } from './client.ts'

const test = suite('answers')

const [coredns] = healthy.pods as [Pod]
const asks = Promise.resolve([externalQuestion, clusterQuestion])

async function askAll(
  pod: Pod,
  evidence: Partial<Evidence>,
  service?: Service,
  trouble?: (asked: Asked) => RequestError | undefined,
) {
  const client = clientOver({ ...healthy, ...evidence }, trouble)
  const look: Look = { client, signal: new AbortController().signal, gaps: [] }
  const answers = await askPod(look, pod, service, asks)
  return { answers, gaps: look.gaps, ports: client.asked.map(a => Number(a.path.split('ports=')[1])) }
}

const outcome = (a: PodAnswer) => ('rcode' in a.result ? a.result.rcode : a.result.silence)

test('the cluster name is asked first, then the others', async () => {
  const { answers, gaps } = await askAll(coredns, {})
  assert.equal(
    answers.map(a => [a.pod, a.question.scope, outcome(a)]),
    [
      ['coredns-a', 'cluster', 'NOERROR'],
      ['coredns-a', 'external', 'NOERROR'],
    ],
  )
  assert.equal(gaps, [])
})

test('a server that says no is asked on, one that says nothing is not', async () => {
  const refusing = healthy.answers.map(a => ({ ...a, result: { rcode: 'REFUSED', answers: [], ms: 1 } }))
  const refused = await askAll(coredns, { answers: refusing })
  assert.equal(refused.answers.map(outcome), ['REFUSED', 'REFUSED'])
  const silent = await askAll(coredns, { answers: [] })
  assert.equal(silent.answers.map(outcome), ['closed'])
})

test('a port-forward that fails is a gap and no answer', async () => {
  const fail = ({ path }: Asked) => new RequestError('timeout', 'no answer within 10 s', { path })
  const { answers, gaps } = await askAll(coredns, {}, undefined, fail)
  assert.equal(answers, [])
  assert.equal(gaps, [{ input: 'answers', object: 'coredns-a', why: 'timeout', detail: 'no answer within 10 s' }])
})

const ports = (...list: readonly (readonly [name: string, containerPort: number, protocol: string])[]): Pod => ({
  ...coredns,
  spec: {
    containers: [
      {
        name: 'coredns',
        image: 'coredns:1',
        ports: list.map(([name, containerPort, protocol]) => ({ name, containerPort, protocol })),
      },
    ],
  },
})
const target = (targetPort?: number | string): Service => ({
  metadata: { name: 'kube-dns' },
  spec: {
    ports: [
      { port: 53, protocol: 'UDP', targetPort: 1 },
      { port: 53, protocol: 'TCP', ...(targetPort === undefined ? {} : { targetPort }) },
    ],
  },
})

const cases: readonly [name: string, pod: Pod, service: Service | undefined, port: number][] = [
  ['the number in the Service', ports(), target(5353), 5353],
  ['the name in the Service', ports(['dns', 1053, 'UDP'], ['dns-tcp', 2053, 'TCP']), target('dns-tcp'), 2053],
  ['the Pod, without a Service', ports(['metrics', 9153, 'TCP'], ['dns-tcp', 5353, 'TCP']), undefined, 5353],
  ['the Pod, where the Service names a port that it has not', ports(['dns-tcp', 5353, 'TCP']), target('nosuch'), 5353],
  ['nothing but custom', ports(), target(), 53],
]
for (const [name, pod, service, port] of cases) {
  test(`the port is from ${name}`, async () => {
    const asked = await askAll(pod, {}, service)
    assert.equal(new Set(asked.ports), new Set([port]))
  })
}

test.run()
