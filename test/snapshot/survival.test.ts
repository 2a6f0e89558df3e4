import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Look } from '../../src/snapshot/look.ts'
import type { ConfigMap } from '../../src/snapshot/objects.ts'
import { prune, shapes } from '../../src/snapshot/prune.ts'
import { collectSurvival, isDnsDisabled, lastWriter, storedKubeletConfig } from '../../src/snapshot/survival.ts'
import { healthy } from '../clusters.ts'
import { clientOver, forbidden } from './client.ts'

const test = suite('survival')

const map = (name: string, data: Readonly<Record<string, string>>): ConfigMap => ({
  metadata: { namespace: 'kube-system', name },
  data,
})

const kubelet = 'apiVersion: kubelet.config.k8s.io/v1beta1\nresolvConf: /etc/real.conf\nauthentication: {x509: {}}\n'
const kubeadm = map('kubeadm-config', {
  ClusterConfiguration: 'controlPlaneEndpoint: secret:6443\ndns: {disabled: true}\n',
})

const lookAt = (configMaps: readonly ConfigMap[], trouble?: Parameters<typeof clientOver>[1]) => {
  const client = clientOver({ ...healthy, configMaps }, trouble)
  return { client, gaps: [], signal: new AbortController().signal } satisfies Look & { client: typeof client }
}

test('keeps of the ConfigMaps of kubeadm what they say of DNS', async () => {
  const look = lookAt([kubeadm, map('kubelet-config', { kubelet })])
  const seen = await collectSurvival(look, healthy)
  assert.equal(storedKubeletConfig(seen), { configMap: 'kubelet-config', resolvConf: '/etc/real.conf' })
  assert.is(isDnsDisabled(seen), true)
  assert.not.match(JSON.stringify(seen.configMaps), /secret|x509/)
  assert.equal(
    seen.configMaps.map(c => c.metadata.name),
    ['coredns', 'kubeadm-config', 'kubelet-config'],
  )
  assert.equal(look.gaps, [])
})

test('asks nothing of a cluster that is not of kubeadm', async () => {
  const look = lookAt([])
  const evidence = { ...healthy, configMaps: healthy.configMaps.slice(0, 1) }
  assert.is(await collectSurvival(look, evidence), evidence)
  assert.equal(look.client.asked, [])
})

test('finds it under the name that it had before Kubernetes 1.24', async () => {
  const look = lookAt([kubeadm, map('kubelet-config-1.22', { kubelet })])
  const seen = await collectSurvival(look, { ...healthy, version: [{ gitVersion: 'v1.22.17' }] })
  assert.is(storedKubeletConfig(seen)?.configMap, 'kubelet-config-1.22')
  assert.equal(look.gaps, [])
})

test('what is refused or missing is a gap, and says nothing', async () => {
  for (const [trouble, why] of [
    [forbidden, 'forbidden'],
    [undefined, 'not-found'],
  ] as const) {
    const look = lookAt([], trouble)
    const seen = await collectSurvival(look, healthy)
    assert.equal((look.gaps as Look['gaps']).map(g => [g.object, g.why]).sort(), [
      ['kube-system/kubeadm-config', why],
      ['kube-system/kubelet-config', why],
    ])
    assert.is(storedKubeletConfig(seen), undefined)
    assert.is(isDnsDisabled(seen), null)
    assert.ok(seen.configMaps.some(c => c.metadata.name === 'kubeadm-config'))
  }
})

test('text that is no YAML, or not what it should be, says nothing', async () => {
  for (const text of ['{', '- a', 'resolvConf: 7', '', 'a: b: c']) {
    const seen = await collectSurvival(lookAt([kubeadm, map('kubelet-config', { kubelet: text })]), healthy)
    assert.equal(storedKubeletConfig(seen), { configMap: 'kubelet-config', resolvConf: null }, text)
  }
})

test('who wrote a key last', () => {
  const fields = (manager: string, time: string, key: string) => ({
    manager,
    operation: 'Update',
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': { '.': {}, [`f:${key}`]: {} }, 'f:metadata': { 'f:labels': {} } },
  })
  const managedFields = [
    fields('kubectl-edit', '2026-11-20T10:00:00Z', 'Corefile'),
    fields('kubeadm', '2026-01-01T10:00:00Z', 'Corefile'),
    fields('k3s', '2026-11-21T10:00:00Z', 'NodeHosts'),
  ]
  const pruned = prune<ConfigMap>(
    { metadata: { name: 'coredns', managedFields, annotations: { a: 'b' } } },
    shapes.configMap,
  )
  assert.equal(lastWriter(pruned, 'Corefile'), { manager: 'kubectl-edit', day: '2026-11-20' })
  assert.is(lastWriter(pruned, 'other'), undefined)
  assert.not.match(JSON.stringify(pruned), /f:metadata|"a":"b"/)
})

test.run()
