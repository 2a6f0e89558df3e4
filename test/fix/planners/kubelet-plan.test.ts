import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { NodeChange, ObjectChange, Plan, Refusal } from '../../../src/fix/plan.ts'
import type { FixContext, NodeFacts, Planner } from '../../../src/fix/planners/context.ts'
import kubeadm from '../../../src/fix/planners/kubeadm-plan.ts'
import { withFlag, withResolvConf } from '../../../src/fix/planners/kubelet-edits.ts'
import kubelet from '../../../src/fix/planners/kubelet-plan.ts'
import { foundingFault, healthy } from '../../clusters.ts'
import { kubeletConfig, withMaps } from '../../criteria/graded.ts'
import { contextOf, mapPath, realList, stubNode, withFiles } from './contexts.ts'

const test = suite('kubelets: another resolv.conf for Pods')

const stub = withMaps(foundingFault, kubeletConfig('/etc/resolv.conf'))

const planned = (planner: Planner, context: FixContext): Plan => {
  const way = planner.plan(context)
  if (way === null || !('changes' in way)) throw new Error(JSON.stringify(way))
  return way
}
const refused = (planner: Planner, context: FixContext): Refusal => {
  const way = planner.plan(context)
  if (way === null || !('reason' in way)) throw new Error(JSON.stringify(way))
  return way
}
const on = (...nodeFacts: readonly NodeFacts[]) => contextOf(stub, { nodeFacts })

const fine = stubNode('ok', { resolvConf: realList })
const bare = withFiles(stubNode('alpine', { osImage: 'Alpine Linux v3.20' }), { [realList]: null })
const down = stubNode('w9', { ready: false, problem: 'it is not Ready: Kubelet stopped posting node status' })

test('kubeadm: the ConfigMap first, then each node; comments and other fields stay', () => {
  const { changes } = planned(kubeadm, on(stubNode('cp1'), stubNode('w1')))
  const [map, ...nodes] = changes as [ObjectChange, ...NodeChange[]]
  assert.is(map.path, mapPath('kubelet-config'))
  assert.equal(map.after, { ...map.before, data: { kubelet: `resolvConf: ${realList}\n` } })
  assert.equal(
    nodes.map(n => [n.node, n.file]),
    [
      ['cp1', '/var/lib/kubelet/config.yaml'],
      ['w1', '/var/lib/kubelet/config.yaml'],
    ],
  )
  assert.is(nodes[0]?.after, stubNode('cp1').configYaml?.replace('/etc/resolv.conf', realList))
  assert.match(nodes[0]?.reach ?? '', /every Pod with dnsPolicy Default on cp1/)
})

test('kubelet: the file of the system, other arguments kept', () => {
  const rocky = withFiles(stubNode('r1', { osImage: 'Rocky Linux 9.4' }), {
    '/etc/sysconfig/kubelet': '# ours\nKUBELET_EXTRA_ARGS="--v=2 --resolv-conf=/etc/resolv.conf"\n',
  })
  const { changes, notes } = planned(kubelet, on(stubNode('u1'), rocky))
  assert.equal(
    (changes as readonly NodeChange[]).map(c => [c.node, c.file, c.before === null, c.after]),
    [
      ['u1', '/etc/default/kubelet', true, `KUBELET_EXTRA_ARGS=--resolv-conf=${realList}\n`],
      ['r1', '/etc/sysconfig/kubelet', false, `# ours\nKUBELET_EXTRA_ARGS="--v=2 --resolv-conf=${realList}"\n`],
    ],
  )
  assert.match(notes.join(), /new nodes do not get it/)
})

test('nodes that are fine, down or without such a file are named, and the others done', () => {
  const { changes, notes } = planned(kubelet, on(stubNode('u1'), fine, bare, down))
  assert.equal(
    (changes as readonly NodeChange[]).map(c => c.node),
    ['u1'],
  )
  const text = notes.join('\n')
  assert.match(text, /ok hand out \/run\/systemd\/resolve\/resolv\.conf already/)
  assert.match(text, /w9 is not done: .*stopped posting node status; run the same command again/)
  assert.match(text, /alpine is left out: \/run\/systemd\/resolve\/resolv\.conf, .* do not exist there/)
})

test('kubelet: what the node has is taken, of NetworkManager too', () => {
  const own = '/run/NetworkManager/no-stub-resolv.conf'
  const manager = withFiles(bare, { [own]: 'nameserver 10.0.0.2\n', '/etc/default/kubelet': '' })
  const { changes } = planned(kubelet, on(manager))
  assert.is((changes[0] as NodeChange).after, `KUBELET_EXTRA_ARGS=--resolv-conf=${own}\n`)
})

test('kubeadm: mixed systems are refused, because the ConfigMap is for all nodes', () => {
  const { reason, steps } = refused(kubeadm, on(stubNode('u1'), bare))
  assert.match(reason, /is for all nodes, and alpine has no \/run\/systemd/)
  assert.equal(steps, ['kubectl dnsfix fix --method kubelet'])
})

test('kubeadm: a flag that counts before the file, and a node without kubeadm', () => {
  const flagged = withFiles(stubNode('f1'), { '/etc/default/kubelet': 'KUBELET_EXTRA_ARGS=--resolv-conf=/x\n' })
  const { changes, notes } = planned(kubeadm, on(stubNode('u1'), flagged, stubNode('k1', { kubeadm: false })))
  assert.equal(
    changes.filter(c => c.kind === 'node').map(c => c.node),
    ['u1'],
  )
  assert.match(notes.join('\n'), /f1 is left out: --resolv-conf in \/etc\/default\/kubelet counts before/)
  assert.match(notes.join('\n'), /k1 is left out: it has no kubeadm/)
})

test('a file of real servers that Pods cannot ask is no target', () => {
  const own = withFiles(stubNode('w1'), { [realList]: 'nameserver 10.96.0.10\n' })
  assert.match(refused(kubelet, on(own)).reason, /names no server there that Pods could ask/)
})

test('no node can be done: the reasons, and another way', () => {
  const { reason, steps } = refused(kubelet, on(bare, down))
  assert.match(reason, /alpine is left out.*; w9 is not done/)
  assert.match(steps.join('\n'), /--method configmap --upstream/)
})

test('where nothing is wrong, a method that is named changes nothing', () => {
  const repaired = withMaps(healthy, kubeletConfig(realList))
  for (const [planner, method] of [
    [kubeadm, 'kubeadm'],
    [kubelet, 'kubelet'],
  ] as const) {
    const context = contextOf(repaired, { nodeFacts: [fine], options: { method } })
    assert.equal(planned(planner, context).changes, [])
    assert.is(planner.plan(contextOf(repaired, { nodeFacts: [fine] })), null)
  }
})

test('upstreams that are given have no meaning there', () => {
  const context = contextOf(stub, { options: { upstreams: ['10.0.0.2'] } })
  assert.match(refused(kubelet, context).reason, /--upstream and --stub-domain have no meaning/)
})

for (const [version, step] of [
  ['v1.33.1+k3s1', /resolv-conf: FILE in \/etc\/rancher\/k3s\/config\.yaml/],
  ['v1.33.1-eks-abc', /launch template/],
  ['v1.33.1-gke.1', /Cloud DNS/],
] as const) {
  test(`kubelets that kubeadm did not set up: ${version}`, () => {
    const { reason, steps } = refused(kubelet, contextOf({ ...stub, version: [{ gitVersion: version }] }))
    assert.match(reason, /not set up by kubeadm/)
    assert.match(steps.join(), step)
  })
}

test('systems whose files are replaced as a whole are left out', () => {
  const flatcar = stubNode('c1', { osImage: 'Flatcar Container Linux by Kinvolk 3815.2.0' })
  assert.match(refused(kubelet, on(flatcar)).reason, /c1 is left out: Flatcar .* keeps its settings elsewhere/)
})

test('resolvConf in a KubeletConfiguration', () => {
  const at = (text: string) => withResolvConf(text, '/r')
  assert.is(at('kind: K\nstaticPodPath: /x\n'), 'kind: K\nresolvConf: /r\nstaticPodPath: /x\n')
  assert.is(at('kind: K'), 'kind: K\nresolvConf: /r\n')
  assert.is(at('a: 1\nresolvConf: "" # none\nz: 1\n'), 'a: 1\nresolvConf: /r # none\nz: 1\n')
  assert.is(at("resolvConf: '/a b'\n"), 'resolvConf: /r\n')
  assert.equal(at('{"kind": "K"}\n'), { unclear: 'it is no YAML with one field a line' })
})

test('--resolv-conf among the arguments of the kubelet', () => {
  const at = (text: string | null) => withFlag(text, '/r')
  assert.is(at(''), 'KUBELET_EXTRA_ARGS=--resolv-conf=/r\n')
  assert.is(at('# A=1'), '# A=1\nKUBELET_EXTRA_ARGS=--resolv-conf=/r\n')
  assert.is(at('KUBELET_EXTRA_ARGS=\n'), 'KUBELET_EXTRA_ARGS=--resolv-conf=/r\n')
  assert.is(
    at('KUBELET_EXTRA_ARGS=--a --resolv-conf /x --b=1\nX=1\n'),
    'KUBELET_EXTRA_ARGS=--a --b=1 --resolv-conf=/r\nX=1\n',
  )
  assert.is(
    at("KUBELET_EXTRA_ARGS=--a\nKUBELET_EXTRA_ARGS='--b'\n"),
    "KUBELET_EXTRA_ARGS=--a\nKUBELET_EXTRA_ARGS='--b --resolv-conf=/r'\n",
  )
  const once = at('KUBELET_EXTRA_ARGS="--a"\n') as string
  assert.is(at(once), once)
  assert.type(at('KUBELET_EXTRA_ARGS=--a \\\n --b\n'), 'object')
})

test.run()
