import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze } from '../../../src/analyze.ts'
import type { KubeObject } from '../../../src/fix/plan.ts'
import planner from '../../../src/fix/planners/service.ts'
import type { Service } from '../../../src/snapshot/objects.ts'
import type { Evidence } from '../../../src/snapshot/snapshot.ts'
import { handingOut, healthy } from '../../clusters.ts'
import { allRules, snapshotOf } from '../../fixtures.ts'
import { changeOf, contextOf, planned, refusalOf } from './repairs.ts'

const test = suite('planners/service')

const gone: Evidence = { ...healthy, services: [], endpointSlices: [] }
const [service] = healthy.services

const withSpec = (spec: Partial<Service['spec']>): Evidence => ({
  ...healthy,
  services: service ? [{ ...service, spec: { ...service.spec, ...spec } }] : [],
})

/** The codes of this planner that are still found when the Service is as planned. */
function left(evidence: Evidence, after: KubeObject | null): readonly string[] {
  const services = after ? [after as unknown as Service] : []
  const { findings } = analyze(snapshotOf({ ...evidence, services }), allRules)
  return findings.map(f => f.code).filter(code => planner.codes.includes(code))
}

test('a missing Service is made with the address that the kubelets hand out', () => {
  const change = changeOf(planned(planner, gone))
  assert.is(change.path, '/api/v1/namespaces/kube-system/services/kube-dns')
  assert.is(change.before, null)
  assert.equal(change.after, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: {
        'k8s-app': 'kube-dns',
        'kubernetes.io/cluster-service': 'true',
        'kubernetes.io/name': 'CoreDNS',
      },
      annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
    },
    spec: {
      clusterIP: '10.96.0.10',
      selector: { 'k8s-app': 'kube-dns' },
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
        { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
      ],
    },
  })
  assert.match(change.survives.join(), 'kubeadm upgrade')
  assert.equal(left(gone, change.after), [])
})

test('kube-dns gets its own name and no port for metrics', () => {
  const spec = { containers: [{ name: 'kubedns' }, { name: 'dnsmasq' }] }
  const pods = healthy.pods.map(p => ({ ...p, spec }))
  const change = changeOf(planned(planner, { ...gone, pods, workloads: [], configMaps: [] }))
  assert.is(change.after?.metadata.labels?.['kubernetes.io/name'], 'KubeDNS')
  assert.is((change.after?.spec as Service['spec']).ports?.length, 2)
})

test('without the usual label the Service selects what the workload selects', () => {
  const own = { app: 'names' }
  const workloads = healthy.workloads.map(w => ({
    ...w,
    spec: {
      ...w.spec,
      selector: { matchLabels: own },
      template: { ...w.spec.template, metadata: { labels: { ...own, x: 'y' } } },
    },
  }))
  const pods = healthy.pods.map(p => ({
    ...p,
    metadata: { ...p.metadata, labels: { ...own, x: 'y', 'pod-template-hash': '1' } },
  }))
  const change = changeOf(planned(planner, { ...gone, workloads, pods }))
  assert.equal((change.after?.spec as Service['spec']).selector, own)
  const bare = changeOf(planned(planner, { ...gone, workloads: [], pods }))
  assert.equal((bare.after?.spec as Service['spec']).selector, { app: 'names', x: 'y' }, 'not the hash of a roll-out')
})

test('kubelets that hand out another address are named', () => {
  const kubelets = healthy.kubelets.map((k, at) => (at === 0 ? k : { ...k, clusterDNS: ['10.96.0.99'] }))
  const made = planned(planner, { ...gone, kubelets })
  assert.match(made !== null && 'notes' in made ? made.notes.join() : '', 'the kubelets on w1 hand out another address')
})

const kubeadmConfig = (subnet: string): Readonly<Record<string, KubeObject>> => ({
  '/api/v1/namespaces/kube-system/configmaps/kubeadm-config': {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kubeadm-config', namespace: 'kube-system' },
    data: { ClusterConfiguration: `networking:\n  serviceSubnet: ${subnet}\n` },
  },
})
const serviceCidr: Readonly<Record<string, KubeObject>> = {
  '/apis/networking.k8s.io/v1/servicecidrs/kubernetes': {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'kubernetes' },
    spec: { cidrs: ['172.20.0.0/16'] },
  },
}

test('an address in the range of Services is taken, of both families', () => {
  assert.ok(changeOf(planned(planner, gone, kubeadmConfig('10.96.0.0/12,fd00::/108'))))
  const six = { ...gone, ...handingOut('fd00::a') }
  assert.is(
    (changeOf(planned(planner, six, kubeadmConfig('fd00::/108'))).after?.spec as Service['spec']).clusterIP,
    'fd00::a',
  )
})

const holder: Service = {
  metadata: { name: 'metrics', namespace: 'kube-system' },
  spec: { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'], ports: [{ port: 443 }] },
}
const rke2 = { version: [{ gitVersion: 'v1.35.4+rke2r1' }] }
const helm = healthy.workloads.map(w => ({
  ...w,
  metadata: { ...w.metadata, labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
}))

const refusals: readonly (readonly [
  what: string,
  evidence: Evidence,
  more: Readonly<Record<string, KubeObject>>,
  reason: RegExp,
])[] = [
  ['out of the range of kubeadm', gone, kubeadmConfig('172.20.0.0/16'), /10\.96\.0\.10.*not in the range.*172\.20/],
  ['out of the range of a ServiceCIDR', gone, serviceCidr, /not in the range/],
  [
    'the address is that of another Service',
    { ...gone, services: [holder] },
    {},
    /belongs to Service kube-system\/metrics/,
  ],
  ['no kubelet could be asked', { ...gone, kubelets: [] }, {}, /not known: the kubelets could not be asked/],
  ['no DNS server', { ...gone, pods: [], workloads: [] }, {}, /no DNS server that the Service could lead to/],
  ['RKE2 makes it', { ...gone, ...rke2 }, {}, /belongs to what installed DNS/],
  ['Helm makes it', { ...gone, workloads: helm }, {}, /belongs to what installed DNS/],
]
for (const [what, evidence, more, reason] of refusals)
  test(`refused: ${what}`, () => assert.match(refusalOf(planned(planner, evidence, more)).reason, reason))

test('a wrong selector is replaced, and nothing else of the Service', () => {
  const evidence = withSpec({ selector: { 'k8s-app': 'wrong', tier: 'x' } })
  const { before, after, codes } = changeOf(planned(planner, evidence))
  assert.equal(codes, ['DNS103'])
  assert.equal(after, { ...before, spec: { ...(before?.spec as object), selector: { 'k8s-app': 'kube-dns' } } })
  assert.is(after?.metadata.resourceVersion, '7')
  assert.equal(left(evidence, after), [])
})

const udp = { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53, nodePort: 30053 }
const tcp = { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 }
const metrics = { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 }

const ports: readonly (readonly [what: string, there: readonly object[], then: readonly object[]])[] = [
  ['TCP is missing', [udp, metrics], [udp, metrics, tcp]],
  ['UDP is missing', [tcp], [tcp, { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 }]],
  [
    'a single port without a name gets one',
    [{ port: 53, protocol: 'UDP' }],
    [{ name: 'dns', port: 53, protocol: 'UDP' }, tcp],
  ],
  [
    'the name is taken',
    [{ ...tcp, name: 'dns' }],
    [
      { ...tcp, name: 'dns' },
      { name: 'dns-udp', port: 53, protocol: 'UDP', targetPort: 53 },
    ],
  ],
  ['both are missing', [metrics], [metrics, { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 }, tcp]],
]
for (const [what, there, then] of ports)
  test(`ports: ${what}`, () => {
    const evidence = withSpec({ ports: there as Service['spec']['ports'] & object })
    const { after, codes } = changeOf(planned(planner, evidence))
    assert.equal(codes, ['DNS104'])
    assert.equal((after?.spec as Service['spec']).ports, then)
    assert.equal(left(evidence, after), [])
  })

test('the port leads to where the DNS server listens', () => {
  const listening = [
    { name: 'dns', containerPort: 5353, protocol: 'UDP' },
    { name: 'dns-tcp', containerPort: 5353, protocol: 'TCP' },
  ]
  const workloads = healthy.workloads.map(w => {
    const containers = w.spec.template.spec.containers.map(c => ({ ...c, ports: listening }))
    return {
      ...w,
      spec: { ...w.spec, template: { ...w.spec.template, spec: { ...w.spec.template.spec, containers } } },
    }
  })
  const { after } = changeOf(planned(planner, { ...withSpec({ ports: [udp] }), workloads }))
  assert.is((after?.spec as Service['spec']).ports?.at(-1)?.targetPort, 5353)
})

test('selector and ports are one change', () => {
  const evidence = withSpec({ selector: { a: 'b' }, ports: [udp] })
  const { after, codes } = changeOf(planned(planner, evidence))
  assert.equal(codes, ['DNS103', 'DNS104'])
  assert.equal(left(evidence, after), [])
})

test('a Service that could not be read whole is not written', () => {
  const context = contextOf(withSpec({ ports: [udp] }))
  assert.match(refusalOf(planner.plan({ ...context, objects: new Map() })).reason, 'could not be read')
})

test('a Service as it should be is no concern', () => assert.is(planned(planner, healthy), null))

test.run()
