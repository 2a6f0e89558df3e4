import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { proberFor } from '../../src/probes/choose.ts'
import type { Container, Workload } from '../../src/snapshot/objects.ts'
import type { Evidence } from '../../src/snapshot/snapshot.ts'
import { handingOut, healthy, nodeCache, pod } from '../clusters.ts'
import { expected } from '../kube/support.ts'
import { dnsService, questions } from '../observations.ts'

const test = suite('how to ask in a cluster')

const withContainers = (...containers: readonly Container[]): Evidence => ({
  ...healthy,
  pods: [{ ...pod('dns', 'w1', '10.244.1.2'), spec: { nodeName: 'w1', containers } }],
  workloads: [],
})
const kubeDns: readonly Container[] = [
  { name: 'kubedns', image: 'registry.k8s.io/dns/k8s-dns-kube-dns:1.26.7' },
  { name: 'dnsmasq', image: 'registry.k8s.io/dns/k8s-dns-dnsmasq-nanny:1.26.7' },
  { name: 'sidecar', image: 'registry.k8s.io/dns/k8s-dns-sidecar:1.26.7' },
]
const asks = (['udp', 'tcp'] as const).map(protocol => ({ to: dnsService, protocol, questions }))
const images = async (evidence: Evidence, image?: string) => {
  const prober = await proberFor(evidence, image)
  return [prober.kind, ...prober.parts(asks, 20053).containers.map(c => c.image)].join(' ')
}

test('CoreDNS: its own image, and its command where the Pod names one', async () => {
  assert.is(await images(healthy), 'relay registry.k8s.io/coredns/coredns:v1.14.7')
  const own = withContainers({ name: 'coredns', image: 'rancher/coredns:1', command: ['/usr/bin/coredns'] })
  const [container] = (await proberFor(own, undefined)).parts([], 20053).containers
  assert.equal([container?.image, container?.command], ['rancher/coredns:1', ['/usr/bin/coredns']])
})

test('without a DNS Pod, that of its Deployment', async () =>
  assert.is(await images({ ...healthy, pods: [] }), 'relay registry.k8s.io/coredns/coredns:v1.14.7'))

test('behind a node-local cache, the image of what is behind it', async () => {
  const workloads: readonly Workload[] = [nodeCache(2), ...healthy.workloads]
  const evidence = { ...healthy, ...handingOut('169.254.20.10'), pods: [], workloads }
  assert.is(await images(evidence), 'relay registry.k8s.io/coredns/coredns:v1.14.7')
})

test('kube-dns: the sidecar and dnsmasq', async () => {
  const told = await images(withContainers(...kubeDns))
  assert.match(told, /^sidecar /)
  assert.match(told, 'registry.k8s.io/dns/k8s-dns-sidecar:1.26.7')
  assert.match(told, 'registry.k8s.io/dns/k8s-dns-dnsmasq-nanny:1.26.7')
})

test("the user's image wins, whatever there is", async () => {
  for (const evidence of [healthy, withContainers(...kubeDns), { ...healthy, pods: [], workloads: [] }])
    assert.is(await images(evidence, 'busybox:1.36'), 'exec busybox:1.36')
})

const without: readonly (readonly [what: string, evidence: Evidence, why: string])[] = [
  ['no DNS Pod', { ...healthy, pods: [], workloads: [] }, 'no DNS Pod was found whose image could be used'],
  [
    'another server',
    withContainers({ name: 'bind', image: 'bind9' }),
    'no DNS Pod was found whose image could be used',
  ],
  [
    "a cloud's DNS",
    { ...healthy, ...handingOut('169.254.169.254'), pods: [], workloads: [], services: [] },
    'the DNS server is cloud',
  ],
  ['no image', withContainers({ name: 'coredns' }), 'the DNS Pods name no image'],
  [
    'kube-dns without sidecar',
    withContainers(...kubeDns.slice(0, 2)),
    'the kube-dns Pods have no sidecar or no dnsmasq',
  ],
]
for (const [what, evidence, why] of without) {
  test(`${what}: an image has to be named`, async () => {
    const error = await expected(() => proberFor(evidence, undefined))
    assert.equal([error.code, error.message], ['no-probe-image', `There is no image to start probe Pods from: ${why}.`])
    assert.match(error.hint ?? '', '--image')
  })
}

test.run()
