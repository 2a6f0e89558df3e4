import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ConfigMap } from '../../src/snapshot/objects.ts'
import type { Observation } from '../../src/snapshot/observations.ts'
import type { Evidence } from '../../src/snapshot/snapshot.ts'
import { foundingFault, withUpstream } from '../clusters.ts'
import { kubeadm131, kubeadm132 } from '../corefile/stock.ts'
import {
  grade,
  kubeadmConfig,
  kubeletConfig,
  observations,
  said,
  upstream,
  verified,
  withCorefile,
  withMaps,
} from './graded.ts'

const test = suite('survives')

const grown = (evidence: Evidence): string => said(grade('survives', evidence))

const version = (gitVersion: string, evidence: Evidence = verified): Evidence => ({
  ...evidence,
  version: [{ gitVersion }],
})

const resolvConf = (...paths: readonly string[]): Evidence => ({
  ...verified,
  kubelets: verified.kubelets.map((k, i) => ({ ...k, resolvConf: paths[i] ?? paths[0] ?? '' })),
})

test('kubeadm: passed, with what each event does', () => {
  const text = grown(verified)
  assert.match(text, /^passed\n/)
  assert.match(text, /nothing is found that a restart of the DNS Pods would bring about/)
  assert.match(text, /coredns: is none that kubeadm would take for an untouched one: an upgrade keeps/)
  assert.match(text, /a service of the node writes again at every boot/)
  assert.match(text, /kubelet-config: says resolvConf: \/run\/systemd\/resolve\/resolv\.conf, as all 2 kubelets/)
})

test('kubeadm: a lone upstream in a stock Corefile is put back, two stay, and so does the shape of 1.32', () => {
  const lone = (text: string) => grown(withCorefile(verified, text.replace('/etc/resolv.conf', '10.0.0.2')))
  assert.match(lone(kubeadm131), /^failed\n.*a lone upstream .* in the place of 10\.0\.0\.2; name two upstreams/)
  assert.match(lone(kubeadm132), /^passed\n/)
  const two = kubeadm131.replace('/etc/resolv.conf', '10.0.0.2 10.0.0.3')
  assert.match(grown(withCorefile(verified, two)), /^passed\n/)
  assert.match(grown(withCorefile(verified, kubeadm131)), /^passed\n[\s\S]*forwards to the same \/etc\/resolv\.conf/)
})

test('kubeadm: where DNS is disabled in its configuration it leaves DNS alone', () => {
  const lone = withCorefile(verified, kubeadm131.replace('/etc/resolv.conf', '10.0.0.2'))
  assert.match(grown(withMaps(lone, kubeadmConfig('{disabled: true}'))), /^passed\n[\s\S]*leaves DNS alone/)
})

test('kubeadm: what an upgrade to 1.20 or older does to a Corefile is not known', () => {
  assert.match(grown(version('v1.18.20')), /^unknown\n[\s\S]*depends on the version/)
})

test('kubeadm: changes of the Deployment are lost, but perhaps for --patches', () => {
  const changed = {
    ...verified,
    workloads: verified.workloads.map(w => {
      const { template } = w.spec
      const spec = { ...template.spec, dnsPolicy: 'None', volumes: [{ name: 'x', configMap: { name: 'mine' } }] }
      return { ...w, spec: { ...w.spec, template: { ...template, spec } } }
    }),
  }
  assert.match(grown(changed), /^unknown\n[\s\S]*dnsPolicy None, mounts ConfigMap mine: .*--patches folder/)
  assert.match(grown(version('v1.29.1', changed)), /^failed\n[\s\S]*mounts ConfigMap mine: an upgrade writes/)
})

test('kubelet-config that says otherwise than a kubelet fails, with the node', () => {
  assert.match(
    grown(resolvConf('/run/systemd/resolve/resolv.conf', '/etc/resolv.conf')),
    /^failed\n.*kubelet on w1 takes \/etc\/resolv\.conf: kubeadm upgrade node puts .* there, .*and new nodes/,
  )
})

test('kubelet-config that leaves resolvConf open: as kubeadm of that version fills it in', () => {
  const open = (evidence: Evidence) => grown(withMaps(evidence, kubeletConfig(null)))
  assert.match(open(verified), /^passed\n[\s\S]*kubeadm chooses/)
  assert.match(open(resolvConf('/etc/resolv.conf')), /^passed\n/)
  assert.match(
    open(resolvConf('/etc/upstream.conf')),
    /^failed\n.*takes \/etc\/upstream\.conf: an upgrade keeps that only/,
  )
  assert.match(open(version('v1.29.1')), /^unknown\n[\s\S]*takes \/run\/systemd/)
})

test('kubelet-config that was not read leaves it open', () => {
  const configMaps = verified.configMaps.filter(c => c.metadata.name !== 'kubelet-config')
  assert.match(grown({ ...verified, configMaps }), /^unknown\nConfigMap kube-system\/kubelet-config: could not be read/)
})

test('one path for nodes of several systems: each has to be seen to have it', () => {
  const other = {
    metadata: { name: 'w2' },
    status: { nodeInfo: { osImage: 'Alpine Linux v3.20', operatingSystem: 'linux' } },
  }
  assert.match(
    grown({ ...verified, nodes: [...verified.nodes, other] }),
    /^unknown\n.*for nodes of Alpine Linux v3\.20 too/,
  )
})

test('a file that is gone after a reboot', () => {
  const evidence = withMaps(resolvConf('/run/mine/resolv.conf'), kubeletConfig('/run/mine/resolv.conf'))
  assert.match(
    grown(evidence),
    /^failed\nkubelet on cp1, w1: takes \/run\/mine\/resolv\.conf, which is gone after a reboot$/,
  )
})

test('kubelets are no matter where the Corefile names all upstreams', () => {
  const { configMaps } = withUpstream('10.0.0.2 10.0.0.3')
  assert.match(grown({ ...resolvConf('/tmp/a', '/tmp/b'), configMaps, metrics: [] }), /^passed\n/)
})

test('a Corefile with which the next restart crashes, and a fault that a restart does not cure', () => {
  const { configMaps } = withUpstream('/etc/resolv.conf\n    proxy . 8.8.8.8')
  const maps = [...configMaps, kubeletConfig('/run/systemd/resolve/resolv.conf')]
  assert.match(grown({ ...verified, configMaps: maps }), /^failed\nDNS201: a DNS Pod that restarts now: the Corefile/)
  assert.match(grown({ ...foundingFault, observations: [] }), /^failed\nDNS105: /)
})

test('what probe Pods see of upstreams now is nothing that a restart brings about', () => {
  const other: Observation[] = observations
    .filter(o => o.to === upstream)
    .map(o => ({
      ...o,
      to: { ...upstream, name: '10.0.0.3', address: '10.0.0.3' },
      result: { rcode: 'NOERROR', answers: ['10.1.1.1'], ms: 2 },
    }))
  const evidence = { ...verified, observations: [...observations, ...other] }
  assert.match(said(grade('upstreams-proper', evidence)), /DNS508/)
  assert.match(grown(evidence), /^passed\n/)
})

test('no DNS server that is known: nothing can be said', () => {
  assert.match(grown({ ...verified, pods: [], workloads: [] }), /^unknown\nDNS Pods: no DNS server that is known runs/)
})

const kubeDns = (data: ConfigMap['data'] & object): Evidence => ({
  ...withMaps(verified, { metadata: { namespace: 'kube-system', name: 'kube-dns' }, data }),
  workloads: [],
  pods: verified.pods.map(p => ({ ...p, spec: { containers: [{ name: 'kubedns' }, { name: 'dnsmasq' }] } })),
  logs: [],
  metrics: [],
})

const own = { upstreamNameservers: '["10.0.0.2"]' }

test('kube-dns: kubeadm never writes its ConfigMap, and up to 1.20 nothing else happens', () => {
  assert.match(grown(version('v1.18.20', kubeDns(own))), /^passed\n[\s\S]*kube-dns: is never written by kubeadm/)
})

test("kube-dns on GKE: its ConfigMap is the user's", () => {
  assert.match(grown(version('v1.33.1-gke.100', kubeDns(own))), /^passed\n[\s\S]*left alone by GKE/)
})

test('kube-dns: later kubeadm installs CoreDNS beside it', () => {
  assert.match(grown(kubeDns(own)), /^failed\n.*installs CoreDNS beside kube-dns.*dns\.disabled: true/)
  assert.match(grown(withMaps(kubeDns(own), kubeadmConfig('{disabled: true}'))), /^passed\n/)
  assert.match(grown(kubeDns({})), /^passed\n[\s\S]*names no upstream of its own/)
  const unread = { metadata: { namespace: 'kube-system', name: 'kubeadm-config' } }
  assert.match(grown(withMaps(kubeDns(own), unread)), /^unknown\n.*unless kubeadm-config, which was not read/)
})

/** A cluster of a distribution whose ConfigMap coredns was last written by this field manager. */
function on(gitVersion: string, manager: string | null, metadata: Partial<ConfigMap['metadata']> = {}, labels = {}) {
  const entry = (name: string, time: string) => ({
    manager: name,
    operation: 'Update',
    time,
    fieldsV1: { 'f:data': { 'f:Corefile': {} } },
  })
  const managedFields =
    manager === null
      ? {}
      : { managedFields: [entry('eks', '2026-01-01T00:00:00Z'), entry(manager, '2026-11-20T08:00:00Z')] }
  const evidence = withCorefile(verified, kubeadm131, { ...metadata, ...managedFields })
  const nodes = evidence.nodes.map(n => ({ ...n, metadata: { ...n.metadata, labels } }))
  return grown({ ...version(gitVersion, evidence), nodes })
}

const aks = { 'kubernetes.azure.com/cluster': 'x' }

for (const [name, text, pattern] of [
  ['k3s, its own', on('v1.33.1+k3s1', 'deploy@n1'), /^passed\n[\s\S]*is as k3s wrote it on 2026-11-20/],
  [
    'k3s, edited',
    on('v1.33.1+k3s1', 'kubectl-edit'),
    /^failed\n.*changed by kubectl-edit on 2026-11-20.*coredns-custom/,
  ],
  ['RKE2, edited', on('v1.33.1+rke2r1', 'kubectl-edit'), /^failed\n.*HelmChartConfig/],
  ['AKS, its own', on('v1.33.1', 'kubectl-client-side-apply', {}, aks), /^passed\n/],
  ['AKS, edited', on('v1.33.1', 'kubectl-edit', {}, aks), /^failed\n.*every minute; use ConfigMap coredns-custom/],
  ['AKS, writer not known', on('v1.33.1', null, {}, aks), /^passed\n[\s\S]*names no upstream of its own that/],
  ['EKS add-on, edited', on('v1.33.1-eks-abc', 'kubectl-edit'), /^failed\n.*PRESERVE/],
  ['EKS add-on, its own', on('v1.33.1-eks-abc', 'eks'), /^passed\n/],
  ['EKS, self-managed', on('v1.33.1-eks-abc', null), /^passed\n[\s\S]*nobody writes it anew/],
  ['OpenShift', on('v1.33.1', 'kubectl-edit', {}, { 'node.openshift.io/os_id': 'rhcos' }), /^failed\n.*dns\.operator/],
  [
    'Argo CD on kubeadm',
    on('v1.33.1', 'kubectl-edit', { labels: { 'argocd.argoproj.io/instance': 'dns' } }),
    /^failed\n.*Argo CD/,
  ],
  [
    'Helm',
    on('v1.33.1', 'helm', { annotations: { 'meta.helm.sh/release-name': 'coredns' } }),
    /^passed\n[\s\S]*Helm wrote it/,
  ],
] as const) {
  test(`who writes it anew: ${name}`, () => assert.match(text, pattern))
}

test('an owner that nobody says is not known', () => {
  const configMaps = verified.configMaps.filter(c => c.metadata.name === 'coredns')
  assert.match(
    grown({ ...verified, configMaps }),
    /^unknown\nConfigMap kube-system\/coredns: who writes .*distribution: unknown/,
  )
})

test.run()
