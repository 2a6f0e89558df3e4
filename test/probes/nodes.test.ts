import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ExpectedError } from '../../src/errors.ts'
import type { NodeChoice } from '../../src/options.ts'
import { chooseNodes } from '../../src/probes/nodes.ts'
import { classOf, zoneOf } from '../../src/snapshot/node.ts'
import type { Node } from '../../src/snapshot/objects.ts'
import { prune, shapes } from '../../src/snapshot/prune.ts'

const test = suite('nodes to probe')

interface Kind {
  readonly os?: string
  readonly zone?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly info?: object
  readonly ready?: string
}

const node = (name: string, { os = 'Ubuntu', zone, labels = {}, info = {}, ready = 'True' }: Kind = {}): Node => ({
  metadata: { name, labels: { ...labels, ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }) } },
  status: {
    conditions: [{ type: 'Ready', status: ready }],
    nodeInfo: { osImage: os, kubeletVersion: 'v1.35.4', operatingSystem: 'linux', architecture: 'amd64', ...info },
  },
})
const many = (count: number, prefix: string, kind: (i: number) => Kind = () => ({})): readonly Node[] =>
  Array.from({ length: count }, (_, i) => node(`${prefix}${i + 1}`, kind(i)))

const usual: NodeChoice = { kind: 'default' }
const all: NodeChoice = { kind: 'all' }
const count = (n: number): NodeChoice => ({ kind: 'count', count: n })
const names = (...list: readonly string[]): NodeChoice => ({ kind: 'names', names: list })
const labels = (selector: Readonly<Record<string, string | null>>): NodeChoice => ({ kind: 'labels', selector })

const namesOf = (nodes: readonly Node[]) => nodes.map(n => n.metadata.name)
const classesOf = (nodes: readonly Node[]) => new Set(nodes.map(classOf))
const zonesOf = (nodes: readonly Node[]) => new Set(nodes.map(zoneOf))

test('all of them up to 20, in the order of their names', () => {
  const { chosen, eligible, sample, left } = chooseNodes(many(20, 'w').toReversed(), usual)
  assert.equal(
    namesOf(chosen),
    Array.from({ length: 20 }, (_, i) => `w${i + 1}`),
  )
  assert.equal({ eligible, sample, left }, { eligible: 20, sample: null, left: [] })
})

test('with --nodes all every one, however many', () => {
  const { chosen, sample } = chooseNodes(many(500, 'w'), all)
  assert.equal([chosen.length, sample], [500, null])
})

test('above 20 a sample that has every class and every zone', () => {
  const nodes = [
    ...many(480, 'w', i => ({ zone: 'abc'[i % 3] ?? '' })),
    ...many(10, 'flatcar', () => ({ os: 'Flatcar', zone: 'a' })),
    ...many(9, 'arm', () => ({ info: { architecture: 'arm64' }, zone: 'b' })),
    node('cp', { labels: { 'node-role.kubernetes.io/control-plane': '' } }),
  ]
  const { chosen, eligible, sample } = chooseNodes(nodes, usual)
  assert.equal([chosen.length, eligible], [20, 500])
  assert.is(sample, '20 of 500 nodes: at least one of each of 4 node classes in 3 zones')
  assert.equal(classesOf(chosen), classesOf(nodes))
  assert.equal(zonesOf(chosen), zonesOf(nodes))
  const perClass = [...Map.groupBy(chosen, classOf).values()].map(list => list.length).sort((a, b) => a - b)
  assert.equal(perClass, [1, 6, 6, 7], 'the rest is shared out evenly')
})

const differences: readonly [what: string, kind: Kind][] = [
  ['system image', { os: 'Flatcar' }],
  ['architecture', { info: { architecture: 'arm64' } }],
  ['kubelet', { info: { kubeletVersion: 'v1.34.0' } }],
  ['container runtime', { info: { containerRuntimeVersion: 'cri-o://1.34' } }],
  ['instance type', { labels: { 'node.kubernetes.io/instance-type': 'm5.large' } }],
  ['node group of EKS', { labels: { 'eks.amazonaws.com/nodegroup': 'gpu' } }],
  ['node pool of GKE', { labels: { 'cloud.google.com/gke-nodepool': 'gpu' } }],
  ['agent pool of AKS', { labels: { 'kubernetes.azure.com/agentpool': 'gpu' } }],
  ['node pool of Karpenter', { labels: { 'karpenter.sh/nodepool': 'gpu' } }],
  ['role', { labels: { 'node-role.kubernetes.io/ingress': '' } }],
  ['zone', { zone: 'b' }],
  ['zone by its old label', { labels: { 'failure-domain.beta.kubernetes.io/zone': 'b' } }],
]
for (const [what, kind] of differences) {
  test(`one of 300 nodes with another ${what} is in the sample`, () => {
    const others = many(299, 'w', () => ({ zone: 'a' }))
    const { chosen } = chooseNodes([...others, node('odd', { zone: 'a', ...kind })], count(2))
    assert.ok(namesOf(chosen).includes('odd'), namesOf(chosen).join())
  })
}

test('above 20 classes the sample grows to have all of them, up to 50', () => {
  const few = many(300, 'w', i => ({ os: `os-${i % 33}` }))
  assert.is(chooseNodes(few, usual).sample, '33 of 300 nodes: at least one of each of 33 node classes')
  const tooMany = chooseNodes(
    many(300, 'w', i => ({ os: `os-${i % 63}`, zone: 'ab'[i % 2] ?? '' })),
    usual,
  )
  assert.is(tooMany.chosen.length, 50)
  assert.match(
    tooMany.sample ?? '',
    /^50 of 300 nodes: 50 of 63 node classes in 2 zones; none of the classes os-\d+, os-\d+, os-\d+ and 10 more$/,
  )
})

test('a count says what it leaves out, by what tells the classes apart', () => {
  const nodes = [
    ...many(30, 'w', i => ({ zone: 'ab'[i % 2] ?? '' })),
    ...many(3, 'f', () => ({ os: 'Flatcar', zone: 'a' })),
    node('g', { zone: 'c', labels: { 'eks.amazonaws.com/nodegroup': 'gpu' } }),
  ]
  assert.is(
    chooseNodes(nodes, count(1)).sample,
    '1 of 34 nodes: 1 of 3 node classes in 1 of 3 zones; none of the classes Flatcar, Ubuntu gpu; none in zone b, c',
  )
  assert.is(chooseNodes(nodes, count(4)).sample, '4 of 34 nodes: at least one of each of 3 node classes in 3 zones')
  assert.equal(chooseNodes(nodes, count(4)).chosen.length, 4)
  const same = chooseNodes(nodes, count(40))
  assert.equal([same.chosen.length, same.sample], [34, null])
})

test('of one class there is no more to say', () =>
  assert.is(chooseNodes(many(100, 'w'), usual).sample, '20 of 100 nodes: all of one node class'))

test('nodes that run DNS Pods go first', () => {
  const { chosen } = chooseNodes(many(300, 'w'), count(3), new Set(['w200', 'w77']))
  assert.equal(namesOf(chosen), ['w1', 'w77', 'w200'])
})

test('where DNS Pods run everywhere, every class has its share all the same', () => {
  const nodes = [...many(290, 'w'), ...many(10, 'f', () => ({ os: 'Flatcar' }))]
  const { chosen } = chooseNodes(nodes, usual, new Set(namesOf(nodes)))
  assert.is(chosen.filter(n => n.status?.nodeInfo?.osImage === 'Flatcar').length, 10)
})

test('nodes that are down or cordoned are probed; a sample takes others where it can', () => {
  const cordoned: Node = { ...node('cordoned'), spec: { unschedulable: true } }
  const nodes = [node('down', { ready: 'Unknown' }), cordoned, node('up')]
  assert.equal(namesOf(chooseNodes(nodes, usual).chosen), ['cordoned', 'down', 'up'])
  assert.equal(namesOf(chooseNodes(nodes, count(2)).chosen), ['cordoned', 'up'])
})

const strange: readonly [why: string, node: Node][] = [
  ['runs Windows', node('x', { info: { operatingSystem: 'windows' } })],
  ['runs Windows', node('x', { labels: { 'kubernetes.io/os': 'windows' } })],
  ['is virtual (virtual-kubelet)', node('x', { labels: { type: 'virtual-kubelet' } })],
  [
    'is virtual (virtual-kubelet)',
    { ...node('x'), spec: { taints: [{ key: 'virtual-kubelet.io/provider', value: 'azure', effect: 'NoSchedule' }] } },
  ],
  ['is virtual (EKS Fargate)', node('x', { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } })],
]
for (const [why, one] of strange) {
  for (const choice of [usual, all, count(5), names('x', 'w1')]) {
    test(`a node that ${why} is left out of ${JSON.stringify(choice)}`, () => {
      const { chosen, eligible, sample, left } = chooseNodes([one, node('w1')], choice)
      assert.equal({ chosen: namesOf(chosen), eligible, sample }, { chosen: ['w1'], eligible: 1, sample: null })
      assert.equal(left, [{ node: 'x', why }])
    })
  }
}

test('by name', () => {
  const nodes = [...many(12, 'w'), node('win', { info: { operatingSystem: 'windows' } })]
  const { chosen, eligible, sample, left } = chooseNodes(nodes, names('w10', 'w2'))
  assert.equal(namesOf(chosen), ['w2', 'w10'])
  assert.equal({ eligible, sample, left }, { eligible: 12, sample: '2 of 12 nodes: those that were named', left: [] })
})

test('by label', () => {
  const nodes = [
    ...many(3, 'gpu', () => ({ labels: { pool: 'gpu', spot: '' } })),
    ...many(2, 'w', () => ({ labels: { pool: 'x' } })),
  ]
  const one = chooseNodes(nodes, labels({ pool: 'gpu', spot: null }))
  assert.equal([one.chosen.length, one.sample], [3, '3 of 5 nodes: those with pool=gpu,spot'])
  assert.equal(namesOf(chooseNodes(nodes, labels({ spot: '' })).chosen), ['gpu1', 'gpu2', 'gpu3'])
  assert.is(chooseNodes(nodes, labels({ pool: null })).sample, null)
})

const pools = [node('w1', { labels: { pool: 'x' } }), node('w2', { labels: { pool: 'y', spot: 'yes' } })]
const windows = many(2, 'win', () => ({ info: { operatingSystem: 'windows' } }))
const listNodes = 'All nodes: kubectl get nodes'
const listLabels = 'All labels: kubectl get nodes --show-labels'
const refused: readonly [nodes: readonly Node[], choice: NodeChoice, code: string, message: string, hint: string][] = [
  [
    many(3, 'worker-'),
    names('worker-1', 'wroker-2'),
    'node-unknown',
    'There is no node "wroker-2".',
    `Did you mean worker-2? ${listNodes}`,
  ],
  [pools, names('frobnicator'), 'node-unknown', 'There is no node "frobnicator".', listNodes],
  [pools, names('spot'), 'node-unknown', 'There is no node "spot".', `For the label: --nodes spot=yes. ${listNodes}`],
  [pools, labels({ pool: 'z' }), 'nodes-unmatched', 'No node has pool=z.', `There is pool=x, y. ${listLabels}`],
  [pools, labels({ pol: 'x' }), 'nodes-unmatched', 'No node has pol=x.', `Did you mean pool? ${listLabels}`],
  [pools, labels({ frobnicator: null }), 'nodes-unmatched', 'No node has frobnicator.', listLabels],
  [pools, labels({ pool: 'x', spot: 'yes' }), 'nodes-unmatched', 'No node has pool=x,spot=yes.', listLabels],
  [
    windows,
    usual,
    'no-nodes',
    'No probe can run on these nodes: win1 runs Windows, and so on for 2 nodes.',
    'Choose others with --nodes',
  ],
  [
    [...windows, node('w1')],
    names('win2'),
    'no-nodes',
    'No probe can run on these nodes: win2 runs Windows.',
    'Choose others with --nodes',
  ],
  [
    [],
    usual,
    'no-nodes',
    'There is no node to probe from.',
    'See what there is, and whether you may see it: kubectl get nodes',
  ],
  [
    [],
    labels({ pool: 'x' }),
    'no-nodes',
    'There is no node to probe from.',
    'See what there is, and whether you may see it: kubectl get nodes',
  ],
]
for (const [nodes, choice, code, message, hint] of refused) {
  test(`refused: ${message} (${JSON.stringify(choice)})`, () => {
    let error: unknown
    try {
      chooseNodes(nodes, choice)
    } catch (thrown) {
      error = thrown
    }
    assert.instance(error, ExpectedError)
    const { message: told, hint: next, code: slug } = error as ExpectedError
    assert.equal({ slug, told, next }, { slug: code, told: message, next: hint })
  })
}

test('the same nodes give the same sample in whatever order they come', () => {
  const kinds = fc.record({
    os: fc.constantFrom('a', 'b', 'c', 'd'),
    zone: fc.constantFrom(undefined, 'x', 'y', 'z'),
    ready: fc.constantFrom('True', 'False'),
  })
  const lists = fc.array(kinds, { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(lists, fc.integer({ min: 1, max: 30 }), fc.infiniteStream(fc.nat()), (list, size, random) => {
      const nodes = list.map(({ os, zone, ready }, i) => node(`n${i}`, { os, ready, ...(zone ? { zone } : {}) }))
      const shuffled = nodes
        .map(n => ({ n, at: random.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(each => each.n)
      const { chosen, sample } = chooseNodes(nodes, count(size))
      assert.equal(chooseNodes(shuffled, count(size)), chooseNodes(nodes, count(size)))
      assert.is(chosen.length, Math.min(size, nodes.length))
      assert.is(new Set(chosen).size, chosen.length)
      assert.is(sample === null, chosen.length === nodes.length)
      const needed = classesOf(nodes).size + zonesOf(nodes).size
      if (size >= needed) assert.equal([classesOf(chosen), zonesOf(chosen)], [classesOf(nodes), zonesOf(nodes)])
    }),
  )
})

test('what a snapshot keeps of a node tells its class, its zone and what it is', () => {
  const taints = [{ key: 'virtual-kubelet.io/provider', value: 'azure', effect: 'NoSchedule' }]
  const info = { containerRuntimeVersion: 'containerd://2.1.4', kernelVersion: '6.8.0' }
  const whole = { ...node('v', { zone: 'a', info }), spec: { taints, podCIDR: '10.244.0.0/24' } }
  const kept = prune<Node>(whole, shapes.node)
  assert.match(classOf(kept), /^Ubuntu\|amd64\|v1\.35\.4\|containerd:\/\/2\.1\.4\|/)
  assert.equal([classOf(kept), zoneOf(kept)], [classOf(whole), 'a'])
  assert.equal(chooseNodes([kept, node('w')], usual).left, [{ node: 'v', why: 'is virtual (virtual-kubelet)' }])
})

test('5,000 nodes of 40 classes in 3 zones', () => {
  const nodes = many(5000, 'node-', i => ({
    os: `os-${i % 8}`,
    zone: 'abc'[i % 3] ?? '',
    labels: { 'karpenter.sh/nodepool': `p${i % 5}` },
  }))
  const { chosen, sample } = chooseNodes(nodes, usual)
  assert.equal([chosen.length, sample], [40, '40 of 5000 nodes: at least one of each of 40 node classes in 3 zones'])
  const most = chooseNodes(nodes, count(4999))
  assert.equal([most.chosen.length, most.eligible], [4999, 5000])
})

test.run()
