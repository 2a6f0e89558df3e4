import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import type { KubeObject, ObjectChange, Plan, Refusal } from '../../../src/fix/plan.ts'
import configmap from '../../../src/fix/planners/configmap.ts'
import type { FixOptions } from '../../../src/fix/planners/context.ts'
import { operatorPath } from '../../../src/fix/planners/owners-openshift.ts'
import { helmChartConfigPath } from '../../../src/fix/planners/owners-rke2.ts'
import type { Evidence } from '../../../src/snapshot/snapshot.ts'
import { healthy } from '../../clusters.ts'
import { aks, eks, k3s, kubeadm131 } from '../../corefile/stock.ts'
import { kubeadmConfig, withCorefile, withMaps } from '../../criteria/graded.ts'
import { contextOf, mapPath, recorded } from './contexts.ts'
import { distributed } from './distributed.ts'

const test = suite('owners of the DNS configuration')

const upstreams = { upstreams: ['10.0.0.2', '10.0.0.3'] }
const stubs = { stubDomains: { 'corp.example': ['10.1.1.1'] } }

const way = (evidence: Evidence, options: Partial<FixOptions>, objects: Record<string, KubeObject> = {}) =>
  configmap.plan(contextOf(evidence, { options, objects: new Map(Object.entries(objects)) }))

function change(...args: Parameters<typeof way>): ObjectChange {
  const [first] = (way(...args) as Plan).changes ?? []
  if (first?.kind !== 'object') throw new Error(JSON.stringify(way(...args)))
  return first
}

function refused(...args: Parameters<typeof way>): string {
  const { reason, steps } = way(...args) as Refusal
  assert.ok(steps?.length > 0, 'a refusal says what to do instead')
  return [reason, ...steps].join('\n')
}

const onK3s = distributed('v1.34.1+k3s1', k3s)
const onAks = distributed('v1.33.1', aks, { 'kubernetes.azure.com/cluster': 'x' })
const dataOf = (c: ObjectChange) => c.after?.data as Record<string, string>

test('k3s: both in coredns-custom, where the import stands before forward', () => {
  const made = change(onK3s, { ...upstreams, ...stubs })
  assert.equal([made.path, made.before], [mapPath('coredns-custom'), null])
  assert.equal(dataOf(made), {
    'kubectl-dnsfix.override': 'forward . 10.0.0.2 10.0.0.3\n',
    'kubectl-dnsfix.server': 'corp.example:53 {\n    errors\n    cache 30\n    forward . 10.1.1.1\n}\n',
  })
})

test('k3s: an older Corefile forwards first, so that only the nodes can be told', () => {
  const lines = k3s.replace(
    / {4}import .*override\n( {4}forward .*\n)/,
    '$1    import /etc/coredns/custom/*.override\n',
  )
  const old = distributed('v1.30.1+k3s1', lines)
  assert.match(refused(old, upstreams), /own forward before the import[\s\S]*\/etc\/rancher\/k3s\/config\.yaml/)
  assert.is(dataOf(change(old, stubs))['kubectl-dnsfix.override'], undefined)
})

test('coredns-custom: keys of others stay, and the same again changes nothing', () => {
  const live: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns-custom', namespace: 'kube-system', uid: 'u', resourceVersion: '7' },
    data: { 'mine.server': 'lab.example:53 {\n    forward . 10.2.2.2\n}\n' },
  }
  const made = change(onK3s, stubs, { [mapPath('coredns-custom')]: live })
  assert.is(dataOf(made)['mine.server'], (live.data as Record<string, string>)['mine.server'])
  assert.is(made.after?.metadata.resourceVersion, '7')
  const again = way(onK3s, stubs, { [mapPath('coredns-custom')]: made.after as KubeObject }) as Plan
  assert.equal(again.changes, [])
})

test('coredns-custom: a zone that another key has is left to its author', () => {
  const data = {
    'mine.server': 'corp.example:53 {\n    forward . 10.2.2.2\n}\n',
    'mine.override': 'forward . 10.3.3.3\n',
  }
  const live = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns-custom', namespace: 'kube-system' },
    data,
  }
  const at = { [mapPath('coredns-custom')]: live }
  assert.match(refused(onK3s, upstreams, at), /mine\.override of ConfigMap coredns-custom names upstreams already/)
  assert.match(refused(onK3s, stubs, at), /mine\.server of ConfigMap coredns-custom has corp\.example already/)
})

test('AKS: stub domains in coredns-custom, upstreams in the virtual network', () => {
  assert.ok(dataOf(change(onAks, stubs))['kubectl-dnsfix.server']?.startsWith('corp.example:53 {'))
  assert.match(refused(onAks, upstreams), /az network vnet update .* --dns-servers 10\.0\.0\.2 10\.0\.0\.3/)
})

test('RKE2: the whole list of servers in the HelmChartConfig, other values kept', () => {
  const onRke2 = distributed('v1.33.1+rke2r1', kubeadm131)
  const made = change(onRke2, { ...upstreams, ...stubs })
  assert.equal([made.path, made.before], [helmChartConfigPath, null])
  const { servers } = parse((made.after?.spec as { valuesContent: string }).valuesContent)
  assert.equal(
    servers.map((s: { zones: readonly { zone: string }[]; port: number }) => [s.zones[0]?.zone, s.port]),
    [
      ['.', 53],
      ['corp.example.', 53],
    ],
  )
  const plugin = (name: string) => servers[0].plugins.find((p: { name: string }) => p.name === name)
  assert.equal(plugin('forward'), {
    name: 'forward',
    parameters: '. 10.0.0.2 10.0.0.3',
    configBlock: 'max_concurrent 1000',
  })
  assert.is(plugin('kubernetes').parameters, 'in-addr.arpa ip6.arpa')
  const live = { ...(made.after as KubeObject), spec: { valuesContent: '# ours\nreplicas: 3\nservers: []\n' } }
  const kept = change(onRke2, upstreams, { [helmChartConfigPath]: live })
  assert.match((kept.after?.spec as { valuesContent: string }).valuesContent, /^# ours\nreplicas: 3\nservers:\n/)
  const annotations = { 'objectset.rio.cattle.io/owner-name': 'rke2-coredns-config' }
  const fromFile = { ...live, metadata: { ...live.metadata, annotations } }
  assert.match(refused(onRke2, upstreams, { [helmChartConfigPath]: fromFile }), /made of a file on a server/)
})

test('EKS: the managed add-on with its command, a self-managed CoreDNS in its ConfigMap', () => {
  const managed = distributed('v1.33.1-eks-abc', eks, {}, { managedFields: [{ manager: 'eks', operation: 'Apply' }] })
  const text = refused(managed, upstreams)
  assert.match(
    text,
    /aws eks update-addon .* --resolve-conflicts PRESERVE --configuration-values '\{"corefile":"\.:53 \{/,
  )
  assert.match(text, /forward \. 10\.0\.0\.2 10\.0\.0\.3/)
  const own = change(distributed('v1.33.1-eks-abc', eks), upstreams)
  assert.is(own.path, mapPath('coredns'))
  assert.match(own.survives.join(), /nobody writes it anew/)
})

test('GKE: ConfigMap kube-dns is the user’s; Cloud DNS and its own CoreDNS are not', () => {
  const kubeDns = { ...recorded('kube-dns-noloopdetect'), version: [{ gitVersion: 'v1.33.1-gke.100' }] }
  assert.match(change(kubeDns, upstreams).survives.join(), /left alone by GKE/)
  const cloud = {
    ...distributed('v1.33.1-gke.100', kubeadm131),
    pods: [],
    kubelets: healthy.kubelets.map(k => ({ ...k, clusterDNS: ['169.254.169.254'] })),
  }
  assert.match(
    refused(cloud, { ...upstreams, ...stubs }),
    /gcloud dns policies create .*=10\.0\.0\.2,10\.0\.0\.3\ngcloud dns managed-zones create/,
  )
  assert.match(
    refused(distributed('v1.36.1-gke.1', kubeadm131), upstreams),
    /patch configmap kube-dns --type merge -p '\{"data":/,
  )
})

const operator = (spec: object): KubeObject => ({
  apiVersion: 'operator.openshift.io/v1',
  kind: 'DNS',
  metadata: { name: 'default', uid: 'u', resourceVersion: '1' },
  spec: { logLevel: 'Normal', ...spec },
})

test('OpenShift: dns.operator/default, or the command for it', () => {
  const onOpenShift = distributed('v1.33.1', kubeadm131, { 'node.openshift.io/os_id': 'rhcos' })
  assert.match(
    refused(onOpenShift, upstreams),
    /oc patch dns\.operator\/default --type=merge -p '\{"spec":\{"upstreamResolvers"/,
  )
  const lab = { name: 'lab', zones: ['lab.example'], forwardPlugin: { upstreams: ['10.2.2.2'], policy: 'Random' } }
  const live = operator({ servers: [lab] })
  const made = change(onOpenShift, { ...upstreams, ...stubs }, { [operatorPath]: live })
  assert.equal(made.after?.spec, {
    logLevel: 'Normal',
    servers: [lab, { name: 'dnsfix-1', zones: ['corp.example'], forwardPlugin: { upstreams: ['10.1.1.1'] } }],
    upstreamResolvers: {
      upstreams: [
        { type: 'Network', address: '10.0.0.2', port: 53 },
        { type: 'Network', address: '10.0.0.3', port: 53 },
      ],
    },
  })
  const again = way(onOpenShift, { ...upstreams, ...stubs }, { [operatorPath]: made.after as KubeObject }) as Plan
  assert.equal(again.changes, [])
})

test('GitOps comes before the distribution, and keeps the text in its repository', () => {
  const argo = { labels: { 'argocd.argoproj.io/instance': 'dns' } }
  const owned = withMaps(withCorefile(healthy, kubeadm131, argo), kubeadmConfig('{}'))
  assert.match(
    refused(owned, upstreams),
    /^Argo CD puts its repository's text back[\s\S]*change the repository[\s\S]*10\.0\.0\.2/,
  )
  assert.match(refused(distributed('v1.34.1+k3s1', k3s, {}, argo), stubs), /^Argo CD/)
})

test('no DNS server that is known', () => {
  const none = { ...distributed('v1.33.1', kubeadm131), pods: [], workloads: [] }
  assert.match(refused(none, upstreams), /no DNS server that is known here/)
})

test.run()
