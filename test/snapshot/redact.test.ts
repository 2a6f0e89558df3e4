import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze } from '../../src/analyze.ts'
import { criteriaOf } from '../../src/criteria/criteria.ts'
import { rules } from '../../src/rules/index.ts'
import { pathRules } from '../../src/rules/path/index.ts'
import type { Target } from '../../src/snapshot/observations.ts'
import type { PolicyPeer } from '../../src/snapshot/policy-objects.ts'
import { redact } from '../../src/snapshot/redact.ts'
import type { Evidence, Snapshot } from '../../src/snapshot/snapshot.ts'
import { externalQuestion, foundingFault, healthy, withExternal, withUpstream } from '../clusters.ts'
import { casesOf, snapshotOf } from '../fixtures.ts'
import { observationsOf, planOf, probesOn, questions } from '../observations.ts'

const test = suite('redact')

type IpBlock = NonNullable<PolicyPeer['ipBlock']>

const judged = (evidence: Evidence, redacted = false) => {
  const snapshot = snapshotOf(evidence)
  const { verdict, cause, findings, skipped } = analyze(redacted ? redact(snapshot) : snapshot, rules)
  return { verdict, cause: cause?.code, findings: findings.map(f => [f.code, f.reach]), skipped: skipped.length }
}

const silent = withExternal(withUpstream('10.0.0.2'), { rcode: 'SERVFAIL', answers: [], ms: 4005 })

test('is judged as before', () => {
  const circle = withUpstream('10.96.0.10')
  const stub = withUpstream('127.0.0.53')
  for (const evidence of [healthy, foundingFault, silent, circle, stub]) {
    assert.equal(judged(evidence, true), judged(evidence))
  }
})

test('the evidence of every fixture is judged as before', () => {
  for (const rule of rules) {
    for (const each of casesOf(rule.name)) {
      const { evidence } = redact(snapshotOf(each.evidence))
      const found = [...rule.check(evidence, new Date(each.at ?? '2026-11-22T13:20:00Z'))].map(f => f.code).sort()
      assert.equal(found, each.expect, `${rule.name}: ${each.name}`)
    }
  }
})

test('no address of the cluster and no name that was asked for stays', () => {
  const logs = [
    {
      pod: 'coredns-a',
      container: 'coredns',
      part: 'tail' as const,
      text: `[ERROR] plugin/errors: 2 intranet.corp.example. A: read udp 10.244.0.2:48557->10.0.0.2:53: i/o timeout
[INFO] 10.244.3.9:4512 - 33 "AAAA IN payroll.corp.example. udp 33 false 512" NOERROR qr,rd 66 0.002s
[ERROR] plugin/errors: 2 example.com. A: read udp [fd00::5]:48557->[2001:db8:1::53]:53: read: connection refused
`,
    },
  ]
  const asking = { ...silent, questions: [{ ...externalQuestion, name: 'example.com' }], logs }
  const text = JSON.stringify(redact(snapshotOf(asking)))
  for (const found of ['10.96.0.10', '10.0.0.2', '10.244.', '10.0.0.1', 'fd00::5', 'corp.example', 'example.com']) {
    assert.not.ok(text.includes(found), found)
  }
})

test('what tells the fault stays: loopback and link-local addresses, the name that every cluster has', () => {
  const text = JSON.stringify(redact(snapshotOf(withUpstream('127.0.0.53 169.254.169.253'))))
  for (const kept of [
    '127.0.0.53',
    '169.254.169.253',
    'kubernetes.default.svc.cluster.local',
    'v1.14.7',
    'Ubuntu 24.04.2',
  ]) {
    assert.ok(text.includes(kept), kept)
  }
})

test('the same address has the same substitute throughout', () => {
  const { evidence } = redact(snapshotOf(healthy))
  const [service] = evidence.services
  assert.is(service?.spec.clusterIP, evidence.kubelets[0]?.clusterDNS[0])
  assert.is(service?.spec.clusterIP, service?.spec.clusterIPs?.[0])
  assert.match(service?.spec.clusterIP ?? '', /^198\.18\./)
  assert.is.not(evidence.pods[0]?.status?.podIP, evidence.pods[1]?.status?.podIP)
})

const renamed = (name: string, hostname: string) => {
  const swap = (text: string) => text.replaceAll('"cp1"', JSON.stringify(name))
  const { nodes, ...rest } = JSON.parse(swap(JSON.stringify(foundingFault))) as Evidence
  const [first, ...others] = nodes
  const labels = { 'kubernetes.io/hostname': hostname }
  return { ...rest, nodes: [{ ...first, metadata: { name, labels } }, ...others] }
}

test('a node has the same substitute throughout, also in its label and in a text', () => {
  const name = 'ip-10-0-1-5.ec2.internal'
  const text = `[ERROR] node "${name}" and https://${name}:10250, ip-10-0-1-6.ec2.internal, ip-127-0-0-1`
  const logs = [{ pod: 'coredns-a', container: 'coredns', part: 'tail' as const, text }]
  const gaps = [{ input: 'kubelets' as const, object: name, why: 'failed' as const, detail: `dial ${name}` }]
  const { evidence, gaps: told } = redact(snapshotOf({ ...renamed(name, 'ip-10-0-1-5'), logs }, { gaps }))
  const [node] = evidence.nodes
  const names = [node?.metadata.name, node?.metadata.labels?.['kubernetes.io/hostname'], evidence.kubelets[0]?.node]
  const nodeNames = [...names, evidence.pods[0]?.spec.nodeName, told[0]?.object, told[0]?.detail.slice(5)]
  assert.equal(nodeNames, Array(6).fill('node-1'))
  assert.is(evidence.pods[1]?.spec.nodeName, 'node-2')
  assert.match(
    evidence.logs[0]?.text ?? '',
    /^\[ERROR\] node "node-1" and https:\/\/node-1:10250, ip-198-18-\d+-\d+\.ec2\.internal, ip-127-0-0-1$/,
  )
})

test('whatever its nodes are called, a cluster is judged as before', () => {
  for (const name of ['ip-10-0-1-5.ec2.internal', 'node-2', '10.0.0.2', 'forward', 'loop', 'w-1.x']) {
    const evidence = { ...renamed(name, name), kubelets: renamed(name, name).kubelets }
    assert.equal(judged(evidence, true), judged(evidence), name)
  }
})

test('what probe Pods saw is judged as before, and tells no name that was asked for', () => {
  const hidden = { name: 'pay.corp.example', type: 'A', about: 'external', expected: ['10.9.8.7'] } as const
  const headless = {
    name: 'db.shop.svc.cluster.local',
    type: 'A',
    about: 'headless',
    expected: ['10.244.1.9'],
  } as const
  const asked = { nodes: ['cp1', 'w1'], questions: [...questions, headless, hidden] }
  const fail = (node: string) => (node === 'w1' ? ({ silence: 'timeout', ms: 3000 } as const) : undefined)
  const tried = [{ name: 'pay.corp.example.shop.svc.cluster.local', result: { rcode: 'NXDOMAIN', answers: [], ms: 1 } }]
  const seen = {
    ...healthy,
    probes: probesOn(asked.nodes),
    observations: observationsOf({ ...asked, fail }),
    searches: [{ node: 'cp1', name: hidden.name, ndots: 5, tried, queries: 8 }],
  }
  const grade = (snapshot: Snapshot) => {
    const analysis = analyze(snapshot, [...rules, ...pathRules])
    const statuses = criteriaOf(snapshot, analysis).map(c => c.status)
    return [analysis.verdict, analysis.findings.map(f => f.code), statuses]
  }
  const snapshot = snapshotOf(seen, { plan: planOf(asked.nodes) })
  const redacted = redact(snapshot)
  assert.equal(grade(redacted), grade(snapshot))
  const text = JSON.stringify(redacted)
  for (const found of ['corp.example', 'db.shop', '10.9.8.7', '10.244.', '"w1"'])
    assert.not.ok(text.includes(found), found)
})

test('a policy means the same addresses as before, and tells none', () => {
  const allRules = [...rules, ...pathRules]
  const fail = (_: string, to: Target) =>
    to.kind === 'upstream' ? undefined : ({ silence: 'timeout', ms: 3000 } as const)
  const seen = { ...healthy, probes: probesOn(['cp1']), observations: observationsOf({ nodes: ['cp1'], fail }) }
  const blocks: readonly [block: IpBlock, isBlamed: boolean][] = [
    [{ cidr: '0.0.0.0/0' }, false],
    [{ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }, true],
    [{ cidr: '10.244.0.0/16' }, false],
    [{ cidr: '10.244.0.2/32' }, true],
    [{ cidr: '10.96.0.0/12' }, true],
    [{ cidr: 'fd00::/8' }, true],
  ]
  for (const [ipBlock, isBlamed] of blocks) {
    const open = { to: [{ ipBlock: { cidr: '8.8.0.0/16' } }] }
    const spec = { podSelector: {}, policyTypes: ['Egress'], egress: [open, { to: [{ ipBlock }] }] }
    const networkPolicies = [{ metadata: { name: 'out', namespace: 'default' }, spec }]
    const snapshot = snapshotOf({ ...seen, networkPolicies }, { plan: planOf(['cp1']) })
    const redacted = redact(snapshot)
    const found = (each: Snapshot) => analyze(each, allRules).findings.map(f => [f.code, f.reach])
    assert.is(
      found(snapshot).some(([code]) => code === 'DNS507'),
      isBlamed,
      ipBlock.cidr,
    )
    assert.equal(found(redacted), found(snapshot), ipBlock.cidr)
    assert.not.match(JSON.stringify(redacted.evidence.networkPolicies), /"(10|8|fd00)[.:]/, ipBlock.cidr)
  }
})

test('a policy for ingress from a network still lets somebody in, and rules without peers stay', () => {
  const spec = { ingress: [{ from: [{ ipBlock: { cidr: '10.9.0.0/16' } }] }, { ports: [{ port: 53 }] }] }
  const policy = { metadata: { name: 'in', namespace: 'kube-system' }, spec }
  const { evidence } = redact(snapshotOf({ networkPolicies: [policy] }))
  const ingress = [{ from: [{ ipBlock: { cidr: '0.0.0.0/32' } }] }, { ports: [{ port: 53 }] }]
  assert.equal(evidence.networkPolicies, [{ ...policy, spec: { ingress } }])
})

test('the original is left as it is', () => {
  const snapshot = snapshotOf(healthy)
  const before = structuredClone(snapshot)
  redact(snapshot)
  assert.equal(snapshot, before)
})

test.run()
