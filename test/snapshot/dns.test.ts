import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  addressesOf,
  clusterEngine,
  dnsService,
  type Engine,
  engineOf,
  isGoing,
  isReady,
  isServiceAddress,
  isServing,
  labelText,
  reachOf,
  selects,
  serverContainer,
} from '../../src/snapshot/dns.ts'
import type { Pod, PodSpec, Service } from '../../src/snapshot/objects.ts'
import { coreDnsVersion } from '../../src/snapshot/version.ts'
import { handingOut, healthy, nodeCache, pod } from '../clusters.ts'

const test = suite('dns')

const spec = (...containers: readonly (readonly [name: string, image?: string])[]): PodSpec => ({
  containers: containers.map(([name, image]) => (image === undefined ? { name } : { name, image })),
})

const engines: readonly [name: string, spec: PodSpec, engine: Engine, server: string][] = [
  ['CoreDNS of kubeadm', spec(['coredns', 'registry.k8s.io/coredns/coredns:v1.14.7']), 'coredns', 'coredns'],
  [
    'CoreDNS of Amazon',
    spec(['coredns', '602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/coredns:v1.11.1-eksbuild.4']),
    'coredns',
    'coredns',
  ],
  [
    'CoreDNS of OpenShift',
    spec(['dns', 'quay.io/openshift/origin-coredns:4.16'], ['kube-rbac-proxy']),
    'coredns',
    'dns',
  ],
  [
    'CoreDNS by its arguments',
    { containers: [{ name: 'server', image: 'own:1', args: ['-conf', '/x'] }] },
    'coredns',
    'server',
  ],
  [
    'kube-dns by its images',
    spec(
      ['a', 'gcr.io/k8s-dns-kube-dns-amd64:1.14.13'],
      ['dnsmasq', 'gcr.io/k8s-dns-dnsmasq-nanny-amd64:1.14.13'],
      ['sidecar'],
    ),
    'kube-dns',
    'dnsmasq',
  ],
  ['kube-dns by its containers', spec(['kubedns'], ['dnsmasq'], ['sidecar']), 'kube-dns', 'dnsmasq'],
  [
    'NodeLocal DNSCache',
    spec(['node-cache', 'registry.k8s.io/dns/k8s-dns-node-cache:1.26.7']),
    'node-local',
    'node-cache',
  ],
  ['something else', spec(['unbound', 'unbound:1']), 'unknown', 'unbound'],
]
for (const [name, each, engine, server] of engines) {
  test(`${name} is ${engine}, answered by ${server}`, () => {
    assert.is(engineOf(each), engine)
    assert.is(serverContainer(each)?.name, server)
  })
}

test('the engine of a cluster is that of its Pods, else of its workloads', () => {
  assert.is(clusterEngine(healthy), 'coredns')
  assert.is(clusterEngine({ ...healthy, pods: [] }), 'coredns')
  assert.is(clusterEngine({ pods: [], workloads: [], kubelets: [] }), 'unknown')
})

const service = (name: string, clusterIP?: string, labels?: Record<string, string>): Service => ({
  metadata: { name, ...(labels ? { labels } : {}) },
  spec: clusterIP === undefined ? {} : { clusterIP },
})
const kubelet = { node: 'n', clusterDNS: ['10.96.0.10'], clusterDomain: 'cluster.local', resolvConf: '' }
const found = (services: readonly Service[], kubelets = [kubelet]) => dnsService({ services, kubelets })?.metadata.name

test('the DNS Service is the one with the address that Pods ask, before the one with the name', () => {
  assert.is(found([service('kube-dns', '10.96.0.99'), service('own', '10.96.0.10')]), 'own')
  assert.is(found([service('other', '10.96.0.5'), service('kube-dns', '10.96.0.99')]), 'kube-dns')
  assert.is(found([service('rke2', '10.43.0.10', { 'k8s-app': 'kube-dns' })], []), 'rke2')
  assert.is(found([service('kube-dns-upstream', '10.96.0.9', { 'k8s-app': 'kube-dns' })], []), undefined)
  assert.is(found([]), undefined)
})

test('a Service without port 53 is not for DNS, whoever hands out its address', () => {
  const metrics = {
    ...service('metrics-server', '10.96.0.10'),
    spec: { clusterIP: '10.96.0.10', ports: [{ port: 443 }] },
  }
  assert.is(found([metrics]), undefined)
  assert.is(found([metrics, service('kube-dns', '10.96.0.99')]), 'kube-dns')
})

test('an IPv6 address is the same in any spelling, and link-local in two families', () => {
  assert.is(found([service('own', 'fd00::a')], [{ ...kubelet, clusterDNS: ['FD00:0:0::000A'] }]), 'own')
  assert.equal(['169.254.20.10', 'fe80::a', 'FEBF::1', 'fd00::a', '10.96.0.10'].map(isServiceAddress), [
    false,
    false,
    false,
    true,
    true,
  ])
})

test('Pods ask the cloud where every kubelet says so and no cache listens there', () => {
  const cloud = { pods: [], workloads: [], ...handingOut('169.254.169.254') }
  assert.is(clusterEngine(cloud), 'cloud')
  assert.is(clusterEngine({ ...cloud, workloads: [nodeCache(2)] }), 'node-local')
  assert.is(clusterEngine({ ...cloud, workloads: [nodeCache(2), ...healthy.workloads] }), 'coredns')
  assert.is(clusterEngine({ ...cloud, kubelets: [...cloud.kubelets, kubelet] }), 'unknown')
  assert.is(clusterEngine({ ...cloud, kubelets: [{ ...kubelet, clusterDNS: [] }] }), 'unknown')
})

test('a headless Service has no address', () => {
  assert.equal(addressesOf(service('a', 'None')), [])
  assert.equal(addressesOf(service('a')), [])
  assert.equal(addressesOf(service('a', '10.0.0.1')), ['10.0.0.1'])
  assert.equal(addressesOf({ metadata: { name: 'a' }, spec: { clusterIPs: ['10.0.0.1', 'fd00::1'] } }), [
    '10.0.0.1',
    'fd00::1',
  ])
})

const own = pod('coredns-a', 'w1', '10.244.0.2')
const withStatus = (status: Pod['status']): Pod => ({
  metadata: own.metadata,
  spec: own.spec,
  ...(status ? { status } : {}),
})

test('Ready, serving and going', () => {
  assert.equal([isReady(own), isServing(own), isGoing(own)], [true, true, false])
  const bare = withStatus(undefined)
  assert.equal([isReady(bare), isServing(bare), isGoing(bare)], [false, false, false])
  const unknown = withStatus({ conditions: [{ type: 'Ready', status: 'Unknown' }] })
  assert.equal([isReady(unknown), isGoing(unknown)], [false, false])
  assert.ok(isGoing({ ...own, metadata: { ...own.metadata, deletionTimestamp: '2026-11-22T13:00:00Z' } }))
  assert.ok(isGoing(withStatus({ phase: 'Failed' })))
  assert.ok(isGoing(withStatus({ phase: 'Succeeded' })))
})

test('only the container that answers on port 53 makes a Pod serving', () => {
  const running = { running: {} }
  const status = { containerStatuses: [{ name: 'sidecar', ready: true, restartCount: 0, state: running }] }
  assert.not.ok(isServing(withStatus(status)))
})

test('all are hit when nobody else is Ready', () => {
  const other = pod('coredns-b', 'w2', '10.244.1.2')
  assert.is(reachOf([own], [own, other]), 'some')
  assert.is(reachOf([own, other], [own, other]), 'all')
  assert.is(reachOf([own], [own, withStatus(undefined)]), 'all')
})

test('a selector wants all of its labels, and an empty one selects nothing', () => {
  assert.ok(selects({ a: '1' }, { a: '1', b: '2' }))
  assert.not.ok(selects({ a: '1', c: '3' }, { a: '1', b: '2' }))
  assert.not.ok(selects({}, { a: '1' }))
  assert.not.ok(selects(undefined, { a: '1' }))
  assert.not.ok(selects({ a: '1' }, undefined))
  assert.is(labelText({ a: '1', b: '2' }), 'a=1,b=2')
  assert.is(labelText(undefined), '')
})

const images: readonly [image: string, version: string | undefined][] = [
  ['registry.k8s.io/coredns/coredns:v1.14.7', '1.14.7'],
  ['coredns:1.6.2', '1.6.2'],
  ['localhost:5000/coredns:v1.11.1-eksbuild.4', '1.11.1'],
  ['localhost:5000/1.2.3/coredns:latest', undefined],
  ['coredns/coredns', undefined],
  ['coredns/coredns@sha256:1111', undefined],
  ['mirror/coredns:v1.11.3@sha256:1111', '1.11.3'],
]
for (const [image, version] of images) {
  test(`version ${version ?? 'not known'} of ${image}`, () => {
    const pods = [{ metadata: { name: 'a' }, spec: { containers: [{ name: 'coredns', image }] } }]
    assert.is(coreDnsVersion({ pods, workloads: [], metrics: [] }), version)
  })
}

test('what the server says of itself goes before its image', () => {
  const samples = [{ metric: 'coredns_build_info', labels: { version: '1.9.3' }, value: 1 }]
  assert.is(coreDnsVersion({ ...healthy, metrics: [{ pod: 'coredns-a', samples }] }), '1.9.3')
})

test.run()
