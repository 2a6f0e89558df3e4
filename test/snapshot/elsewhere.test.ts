import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze } from '../../src/analyze.ts'
import { rules } from '../../src/rules/index.ts'
import { collect } from '../../src/snapshot/collect.ts'
import { dnsService } from '../../src/snapshot/dns.ts'
import type { Evidence } from '../../src/snapshot/snapshot.ts'
import { externalQuestion, handingOut, healthy } from '../clusters.ts'
import { takenAt } from '../fixtures.ts'
import { type Asked, clientOver, forbidden } from './client.ts'

const test = suite('clusters that are set up in another way')

async function look(evidence: Evidence, refused = /^$/) {
  const client = clientOver(evidence, (asked: Asked) => (refused.test(asked.path) ? forbidden(asked) : undefined))
  const options = { external: [externalQuestion], takenAt, signal: new AbortController().signal }
  const snapshot = await collect(client, options)
  const analysis = analyze(snapshot, rules)
  return { client, snapshot, analysis, codes: analysis.findings.map(f => f.code) }
}

const named = (name: string, labels: Readonly<Record<string, string>>) => ({ name, namespace: 'kube-system', labels })
const chart = { 'k8s-app': 'coredns' }

/** As the Helm chart installs CoreDNS. */
const helm: Evidence = {
  ...healthy,
  services: healthy.services.map(s => ({ metadata: named('coredns', chart), spec: { ...s.spec, selector: chart } })),
  endpointSlices: healthy.endpointSlices.map(s => ({
    ...s,
    metadata: named('coredns-x', { 'kubernetes.io/service-name': 'coredns' }),
  })),
  pods: healthy.pods.map(p => ({ ...p, metadata: named(p.metadata.name, chart) })),
  workloads: healthy.workloads.map(w => ({
    ...w,
    metadata: named('coredns', chart),
    spec: {
      ...w.spec,
      selector: { matchLabels: chart },
      template: { ...w.spec.template, metadata: { labels: chart } },
    },
  })),
}

const stale = {
  metadata: named('kube-dns', {}),
  spec: { clusterIP: '10.96.0.99', selector: { 'k8s-app': 'kube-dns' } },
}

for (const services of [helm.services, [...helm.services, stale]]) {
  test(`the Service of the Helm chart, ${services.length - 1} stale beside it`, async () => {
    const { client, snapshot, analysis } = await look({ ...helm, services })
    assert.equal([analysis.verdict, analysis.skipped], ['healthy', []])
    assert.equal(snapshot.evidence.services, services)
    assert.is(dnsService(snapshot.evidence)?.metadata.name, 'coredns')
    assert.equal([snapshot.evidence.pods.length, snapshot.evidence.workloads.length], [2, 1])
    assert.is(client.asked.filter(a => a.method === 'FORWARD').length, 4)
    assert.not.ok(client.asked.some(a => a.path.includes('fieldSelector')))
  })
}

test('without kubelets nothing tells that the Service of the Helm chart is for DNS', async () => {
  const { analysis, codes } = await look(helm, /configz$/)
  assert.equal([analysis.verdict, codes], ['unknown', ['DNS901']])
})

test('a DNS Service that is gone is told without kubelets, where its Pods are', async () => {
  const { analysis } = await look({ ...healthy, services: [] }, /configz$/)
  assert.is(analysis.cause?.code, 'DNS101')
})

test('OpenShift without a look at kubelets', async () => {
  const { analysis, codes } = await look({ ...healthy, services: [], workloads: [], pods: [] }, /configz$/)
  assert.equal([analysis.verdict, codes], ['unknown', ['DNS901']])
  const reasons = analysis.skipped.filter(s => ['service-missing', 'scaled-to-zero'].includes(s.rule.name))
  assert.equal(
    reasons.map(s => s.reason),
    Array(2).fill('the kubelets could not be asked which Service they use'),
  )
})

const metricsServer = {
  metadata: named('metrics-server', {}),
  spec: { clusterIP: '10.96.7.7', selector: { app: 'metrics' }, ports: [{ port: 443, protocol: 'TCP' }] },
}

test('kubelets that hand out the address of what is not DNS are wrong, and not its selector', async () => {
  const services = [...healthy.services, metricsServer]
  const { codes } = await look({ ...healthy, services, ...handingOut('10.96.7.7') })
  assert.equal(codes, ['DNS402'])
})

test('a Service that selects what is no DNS server, while one is there', async () => {
  const web = { metadata: named('web', { app: 'web' }), spec: { containers: [{ name: 'web', image: 'nginx' }] } }
  const services = healthy.services.map(s => ({ ...s, spec: { ...s.spec, selector: { app: 'web' } } }))
  const { codes } = await look({ ...healthy, services, pods: [...healthy.pods, web] })
  assert.equal(codes, ['DNS103'])
})

test('a server of an unknown name is asked as it is', async () => {
  const own = healthy.pods.map(p => ({ ...p, spec: { containers: [{ name: 'dns', image: 'own@sha256:1' }] } }))
  const { snapshot } = await look({ ...healthy, pods: own, workloads: [] })
  assert.is(snapshot.evidence.pods.length, 2)
})

const inDomain = (domain: string): Evidence => ({
  ...healthy,
  configMaps: healthy.configMaps.map(c =>
    c.data ? { ...c, data: { Corefile: c.data.Corefile?.replace('cluster.local', domain) ?? '' } } : c,
  ),
  answers: healthy.answers.map(a =>
    a.question.scope === 'external'
      ? a
      : { ...a, question: { ...a.question, name: `kubernetes.default.svc.${domain}` } },
  ),
})

test('without kubelets the cluster domain is that of the Corefile', async () => {
  const { snapshot, codes } = await look(inDomain('corp.local'), /configz$/)
  assert.is(snapshot.evidence.questions[0]?.name, 'kubernetes.default.svc.corp.local')
  assert.equal(codes, ['DNS901'])
})

test('a cluster domain that nothing names is not guessed', async () => {
  const { snapshot, analysis, codes } = await look(inDomain('{$DOMAIN}'), /configz$/)
  assert.equal(snapshot.evidence.questions, [externalQuestion])
  assert.ok(snapshot.gaps.some(g => g.input === 'answers' && g.object === 'the cluster domain'))
  assert.equal([analysis.verdict, codes], ['unknown', ['DNS901', 'DNS902']])
})

test('an IPv6 address is looked for as the API server spells it', async () => {
  const { client } = await look({ ...healthy, ...handingOut('FD00:0::000A') })
  assert.ok(client.asked.some(a => a.path.includes(encodeURIComponent('spec.clusterIP=fd00::a'))))
})

test('only nodes whose kubelet was asked are counted', async () => {
  const down = { metadata: { name: 'w1' }, status: { conditions: [{ type: 'Ready', status: 'False' }] } }
  const windows = { metadata: { name: 'win' }, status: { nodeInfo: { operatingSystem: 'windows' } } }
  const { snapshot } = await look({ ...healthy, nodes: [...healthy.nodes.slice(0, 1), down, windows] })
  assert.equal(snapshot.nodes, { total: 3, asked: 1 })
})

test.run()
