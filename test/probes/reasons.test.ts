import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Start, startOf, whyNotReady } from '../../src/probes/reasons.ts'
import type { Condition, ContainerState, Pod } from '../../src/snapshot/objects.ts'

const test = suite('what a probe Pod waits for')

const scheduled: Condition = { type: 'PodScheduled', status: 'True' }

const pod = (status: Pod['status'], ...states: readonly ContainerState[]): Pod => ({
  metadata: { name: 'dnsfix-probe-1' },
  spec: { containers: [] },
  status: {
    conditions: [scheduled],
    ...(states.length > 0
      ? { containerStatuses: states.map((state, i) => ({ name: `c${i}`, ready: false, restartCount: 0, state })) }
      : {}),
    ...status,
  },
})
const waits = (reason: string, message?: string) =>
  pod({ phase: 'Pending' }, { waiting: message === undefined ? { reason } : { reason, message } })
const ends = (terminated: ContainerState['terminated'], phase = 'Failed') =>
  pod({ phase }, { terminated: terminated ?? {} })
const unplaced = (reason: string, message: string) =>
  pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason, message }] })

const waiting = (why: string): Start => ({ state: 'waiting', why })
const failed = (why: string): Start => ({ state: 'failed', why })

const backOff = 'Back-off pulling image "coredns:v9": ErrImagePull: rpc error: code = NotFound desc = failed to pull'
const nonRoot = 'container has runAsNonRoot and image will run as root (pod: "x_default(1)", container: relay)'
const evicted = 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 81Mi. '
const noCpu =
  "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling."

/** The words of kubelet (pkg/kubelet/images/types.go, kuberuntime, eviction, active_deadline.go) and of the scheduler. */
const table: readonly (readonly [what: string, pod: Pod, start: Start])[] = [
  ['just made', { metadata: { name: 'x' }, spec: { containers: [] } }, waiting('the scheduler has not placed it')],
  ['placed', pod({ phase: 'Pending' }), waiting('the kubelet has not started it')],
  ['container to be made', waits('ContainerCreating'), waiting('ContainerCreating')],
  ['init containers of a mesh', waits('PodInitializing'), waiting('PodInitializing')],
  [
    'first pull that failed: it is tried again at once',
    waits('ErrImagePull', 'rpc error: code = Unknown desc = EOF'),
    waiting('ErrImagePull: rpc error: code = Unknown desc = EOF'),
  ],
  ['pulls that fail', waits('ImagePullBackOff', backOff), failed(`ImagePullBackOff: ${backOff}`)],
  [
    'no image and no pull',
    waits('ErrImageNeverPull', 'Container image "x" is not present with pull policy of Never'),
    failed('ErrImageNeverPull: Container image "x" is not present with pull policy of Never'),
  ],
  [
    'no name of an image',
    waits('InvalidImageName', 'Failed to apply default image tag "X:": couldn\'t parse image name "X:"'),
    failed('InvalidImageName: Failed to apply default image tag "X:": couldn\'t parse image name "X:"'),
  ],
  [
    'an image that cannot be looked into',
    waits('ImageInspectError', 'Failed to inspect image "x"'),
    failed('ImageInspectError: Failed to inspect image "x"'),
  ],
  ['root', waits('CreateContainerConfigError', nonRoot), failed(`CreateContainerConfigError: ${nonRoot}`)],
  [
    'a container that cannot be made',
    waits('CreateContainerError', 'context deadline exceeded'),
    failed('CreateContainerError: context deadline exceeded'),
  ],
  [
    'a container that cannot be run',
    waits('RunContainerError', 'exec: "/x": no such file'),
    failed('RunContainerError: exec: "/x": no such file'),
  ],
  ['crashes', waits('CrashLoopBackOff'), failed('CrashLoopBackOff')],
  ['an end with an error', ends({ exitCode: 1, reason: 'Error' }), failed('it ended with exit code 1 Error')],
  [
    'a program that cannot be started',
    ends({
      exitCode: 128,
      reason: 'StartError',
      message: 'failed to create containerd task: exec: "/coredns": permission denied',
    }),
    failed(
      'it ended with exit code 128 StartError: failed to create containerd task: exec: "/coredns": permission denied',
    ),
  ],
  ['too little memory', ends({ exitCode: 137, reason: 'OOMKilled' }), failed('it ended with exit code 137 OOMKilled')],
  [
    'an end in good order',
    ends({ exitCode: 0, reason: 'Completed' }, 'Succeeded'),
    failed('it ended with exit code 0 Completed'),
  ],
  ['an end before the phase says so', ends({ exitCode: 1 }, 'Running'), failed('it ended with exit code 1')],
  ['an end without a word', pod({ phase: 'Failed' }), failed('it ended')],
  [
    'an eviction',
    pod({ phase: 'Failed', reason: 'Evicted', message: evicted }, { terminated: { exitCode: 137, reason: 'Error' } }),
    failed(`Evicted: ${evicted}`),
  ],
  [
    'the deadline, with a container that is still said to run',
    pod(
      {
        phase: 'Failed',
        reason: 'DeadlineExceeded',
        message: 'Pod was active on the node longer than the specified deadline',
      },
      { running: { startedAt: '2026-11-22T13:20:00Z' } },
    ),
    failed('DeadlineExceeded: Pod was active on the node longer than the specified deadline'),
  ],
  [
    'a node that is full after all',
    pod({ phase: 'Failed', reason: 'OutOfpods', message: "Pod was rejected: Node didn't have enough resource: pods" }),
    failed("OutOfpods: Pod was rejected: Node didn't have enough resource: pods"),
  ],
  [
    'a node that shuts down',
    pod({ phase: 'Failed', reason: 'NodeShutdown', message: 'Pod was rejected as the node is shutting down.' }),
    failed('NodeShutdown: Pod was rejected as the node is shutting down.'),
  ],
  ['no room', unplaced('Unschedulable', noCpu), failed(`Unschedulable: ${noCpu}`)],
  [
    'a gate',
    unplaced('SchedulingGated', 'Scheduling is blocked due to non-empty scheduling gates'),
    failed('SchedulingGated: Scheduling is blocked due to non-empty scheduling gates'),
  ],
  ['one that runs', pod({ phase: 'Running' }, { running: {} }), { state: 'running' }],
  ['two that run', pod({ phase: 'Running' }, { running: {} }, { running: {} }), { state: 'running' }],
  [
    'one of two',
    pod({ phase: 'Pending' }, { running: {} }, { waiting: { reason: 'ContainerCreating' } }),
    waiting('ContainerCreating'),
  ],
  [
    'one of two, and the other never',
    pod({ phase: 'Pending' }, { running: {} }, { waiting: { reason: 'ImagePullBackOff' } }),
    failed('ImagePullBackOff'),
  ],
  [
    'one of two that ended',
    pod({ phase: 'Running' }, { running: {} }, { terminated: { exitCode: 2, reason: 'Error' } }),
    failed('it ended with exit code 2 Error'),
  ],
]
for (const [what, given, start] of table) test(what, () => assert.equal(startOf(given), start))

test('a message that begins with its reason is not told twice', () =>
  assert.equal(
    startOf(waits('ImagePullBackOff', 'ImagePullBackOff: no such host')),
    failed('ImagePullBackOff: no such host'),
  ))

const ready = (condition: Condition | undefined) =>
  whyNotReady({ metadata: { name: 'w1' }, ...(condition ? { status: { conditions: [condition] } } : {}) })

test('a node that is not Ready says why, in its own words', () => {
  assert.is(ready({ type: 'Ready', status: 'True', reason: 'KubeletReady' }), null)
  assert.is(ready(undefined), null)
  assert.is(ready({ type: 'MemoryPressure', status: 'True' }), null)
  const lost = {
    type: 'Ready',
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
  }
  assert.is(ready(lost), 'the node is not Ready: NodeStatusUnknown: Kubelet stopped posting node status.')
  assert.is(ready({ type: 'Ready', status: 'False' }), 'the node is not Ready: its status is False')
})

test.run()
