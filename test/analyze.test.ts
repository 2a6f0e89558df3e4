import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Analysis, analyze, causedBy, exitCode } from '../src/analyze.ts'
import type { Code } from '../src/catalog.ts'
import { type Finding, finding } from '../src/finding.ts'
import { checkReport, effectsOf, type ReportedFinding } from '../src/report/check.ts'
import { rules } from '../src/rules/index.ts'
import { defineRule, type Rule } from '../src/rules/rule.ts'
import { type Evidence, type Gap, inputs, noEvidence } from '../src/snapshot/snapshot.ts'
import { foundingFault, handingOut, healthy, nodeCache, refused, withExternal, withUpstream } from './clusters.ts'
import { snapshotOf } from './fixtures.ts'

const test = suite('analyze')

const codesOf = (analysis: Analysis): readonly string[] => analysis.findings.map(f => f.code)

function judge(evidence: Partial<Evidence>, gaps: readonly Gap[] = []): Analysis {
  return analyze(snapshotOf(evidence, { gaps }), rules)
}

test('a healthy cluster passes every check that is for it', () => {
  const analysis = judge(healthy)
  assert.is(analysis.verdict, 'healthy')
  assert.is(analysis.cause, null)
  assert.equal(codesOf(analysis), [])
  assert.equal(analysis.skipped, [])
  assert.equal(
    analysis.passed.map(r => r.name),
    rules.filter(r => r.engine !== 'kube-dns').map(r => r.name),
  )
})

test('the founding fault has one cause, what it comes from and what comes from it', () => {
  const analysis = judge(foundingFault)
  assert.is(analysis.verdict, 'broken')
  assert.is(analysis.cause?.code, 'DNS301')
  assert.equal(codesOf(analysis), ['DNS102', 'DNS105', 'DNS301', 'DNS401'])
  assert.equal(causedBy(analysis.cause as Finding, analysis.findings), ['DNS401'])
  const report = checkReport(snapshotOf(foundingFault), analysis, 'test')
  assert.equal(
    effectsOf(report.cause as ReportedFinding, report.findings).map(f => f.code),
    ['DNS102', 'DNS105'],
  )
  assert.equal(
    analysis.skipped.map(s => [s.rule.name, s.reason]),
    [
      ['cluster-names', 'no DNS Pod runs that could be asked'],
      ['upstream-silent', 'no DNS Pod runs that could be asked'],
      ['external-names', 'no DNS Pod runs that could be asked'],
    ],
  )
})

const stories: readonly [name: string, evidence: Evidence, verdict: string, cause: Code, all: readonly Code[]][] = [
  [
    'a firewall between the DNS Pods and the upstream',
    withExternal(withUpstream('10.0.0.2'), { rcode: 'SERVFAIL', answers: [], ms: 4005 }),
    'broken',
    'DNS302',
    ['DNS302', 'DNS305'],
  ],
  [
    "the cluster's own Service as upstream",
    withExternal(withUpstream('10.96.0.10'), { rcode: 'SERVFAIL', answers: [], ms: 4005 }),
    'broken',
    'DNS304',
    ['DNS302', 'DNS304', 'DNS305'],
  ],
  [
    'one Pod of two that lost the API server',
    {
      ...healthy,
      answers: healthy.answers.map((a, i) =>
        i === 0 ? { ...a, result: { rcode: 'SERVFAIL', answers: [], ms: 1 } } : a,
      ),
    },
    'degraded',
    'DNS112',
    ['DNS112'],
  ],
  [
    'a Corefile that the next restart will not survive',
    withUpstream('/etc/resolv.conf\n    proxy . 8.8.8.8'),
    'degraded',
    'DNS201',
    ['DNS201'],
  ],
  [
    'a Deployment that somebody scaled to zero',
    {
      ...healthy,
      workloads: healthy.workloads.map(w => ({ ...w, spec: { ...w.spec, replicas: 0 } })),
      pods: [],
      endpointSlices: [],
      answers: [],
    },
    'broken',
    'DNS109',
    ['DNS102', 'DNS109'],
  ],
]

for (const [name, evidence, verdict, cause, all] of stories) {
  test(`names one cause: ${name}`, () => {
    const analysis = judge(evidence)
    assert.equal([analysis.verdict, analysis.cause?.code, codesOf(analysis)], [verdict, cause, all])
  })
}

test('no evidence and no gap is no DNS at all', () => {
  const analysis = judge({})
  assert.is(analysis.verdict, 'broken')
  assert.is(analysis.cause?.code, 'DNS101')
})

test('Cloud DNS: what the cluster does not need is not missing', () => {
  for (const servers of [{}, { services: healthy.services }]) {
    const analysis = judge({ nodes: healthy.nodes, ...handingOut('169.254.169.254'), ...servers })
    assert.equal([analysis.verdict, codesOf(analysis)], ['unknown', []])
    const skipped = analysis.skipped.filter(s => s.reason.startsWith('Pods ask')).map(s => s.rule.name)
    const outside = ['service-missing', 'service-ports', 'selector-mismatch', 'no-ready-endpoints', 'scaled-to-zero']
    assert.equal(skipped.sort(), [...outside, 'cluster-dns-mismatch'].sort())
  }
})

test('whether the cloud or a cache has a link-local address is open where workloads were not seen', () => {
  const { evidence, gaps } = refused({ ...healthy, ...handingOut('169.254.20.10') }, 'workloads')
  const analysis = judge(evidence, gaps)
  assert.equal([analysis.verdict, codesOf(analysis)], ['unknown', ['DNS901']])
  assert.not.ok(analysis.skipped.some(s => s.reason.startsWith('Pods ask')))
})

test('a node-local cache stands before the Service, and counts when it is not Ready', () => {
  const behind = (ready: number, evidence: Evidence) =>
    judge({ ...evidence, ...handingOut('169.254.25.10'), workloads: [...evidence.workloads, nodeCache(ready)] })
  assert.is(behind(2, healthy).verdict, 'healthy')
  assert.is(behind(1, healthy).verdict, 'unknown')
  assert.match(behind(1, healthy).skipped[0]?.reason ?? '', /node-local-dns is ready on 1 of 2 nodes/)
  assert.ok(codesOf(behind(1, foundingFault)).includes('DNS102'))
  const gone = judge({ ...healthy, ...handingOut('169.254.25.10'), services: [], workloads: [nodeCache(2)], pods: [] })
  assert.equal(codesOf(gone).slice(0, 1), ['DNS101'])
  assert.ok(codesOf(gone).includes('DNS113'))
})

for (const input of inputs) {
  test(`${input} not seen: never healthy when a rule needs it, and no new fault`, () => {
    const { evidence, gaps } = refused(healthy, input)
    const analysis = judge(evidence, gaps)
    const needed = rules.filter(r => r.inputs.includes(input) && r.engine !== 'kube-dns')
    assert.is(analysis.verdict, needed.length > 0 ? 'unknown' : 'healthy')
    assert.equal(codesOf(analysis), ['DNS901'])
    const skipped = analysis.skipped.map(s => s.rule.name)
    assert.ok(
      needed.every(r => skipped.includes(r.name)),
      `${needed.map(r => r.name)} are in ${skipped}`,
    )
    assert.is(exitCode(analysis, 'error'), needed.length > 0 ? 2 : 0)
  })

  test(`${input} not seen: the founding fault is not called healthy`, () => {
    const { evidence, gaps } = refused(foundingFault, input)
    assert.is.not(judge(evidence, gaps).verdict, 'healthy')
  })
}

test('nothing seen at all: every rule is skipped, nothing passes, exit 2', () => {
  const { evidence, gaps } = refused(healthy, ...inputs)
  const analysis = judge(evidence, gaps)
  assert.is(analysis.verdict, 'unknown')
  assert.equal(analysis.passed, [])
  assert.is(analysis.skipped.length, rules.length)
  assert.equal([...new Set(codesOf(analysis))], ['DNS901'])
  for (const failOn of ['error', 'warning', 'info'] as const) assert.is(exitCode(analysis, failOn), 2)
})

test('a ConfigMap that was not seen is not said to be missing', () => {
  const gap: Gap = {
    input: 'configMaps',
    object: 'kube-system/coredns',
    why: 'timeout',
    detail: 'no answer within 10 s',
  }
  const configMaps = healthy.configMaps.filter(c => c.metadata.name === 'kubeadm-config')
  const analysis = judge({ ...healthy, configMaps }, [gap])
  assert.is(analysis.verdict, 'unknown')
  assert.equal(codesOf(analysis), ['DNS902'])
  assert.equal(
    analysis.skipped.map(s => s.rule.name),
    ['corefile-invalid', 'loop-missing'],
  )
  assert.match(analysis.skipped[0]?.reason ?? '', /could not be read \(timeout\)$/)
})

test('a Service that may be elsewhere is not said to be missing', () => {
  const gap: Gap = { input: 'services', object: '10.96.0.10', why: 'forbidden', detail: 'services is forbidden' }
  const other = { metadata: { name: 'metrics-server', namespace: 'kube-system' }, spec: { clusterIP: '10.96.7.7' } }
  const analysis = judge({ ...healthy, services: [other], endpointSlices: [] }, [gap])
  assert.is(analysis.verdict, 'unknown')
  assert.not.ok(codesOf(analysis).includes('DNS101'))
  assert.ok(analysis.skipped.some(s => s.rule.name === 'service-missing'))
})

test('a gap at one object leaves the rest judged, and the verdict open', () => {
  const gap: Gap = { input: 'kubelets', object: 'w1', why: 'timeout', detail: 'no answer within 5 s' }
  const analysis = judge({ ...healthy, kubelets: healthy.kubelets.slice(0, 1) }, [gap])
  assert.is(analysis.verdict, 'unknown')
  assert.equal(analysis.skipped, [])
})

test('a fault that was found is told, whatever else could not be seen', () => {
  const { evidence, gaps } = refused(foundingFault, 'kubelets', 'nodes')
  const analysis = judge(evidence, gaps)
  assert.is(analysis.verdict, 'broken')
  assert.is(analysis.cause?.code, 'DNS301')
  assert.is(exitCode(analysis, 'error'), 1)
})

const ruleFor = (...own: readonly Finding[]): Rule => ({
  name: 'made-up',
  title: 'made up',
  codes: own.map(f => f.code),
  inputs: [],
  uses: [],
  check: () => own,
})
const object = { kind: 'Pod', name: 'p' }
const names = { pods: ['p'], name: 'a.example', how: 'SERVFAIL' }
const stub = finding('DNS401', object, { nodes: ['n'], alike: [], path: '/etc/resolv.conf' }, 'all', [])
const external = finding('DNS305', object, names, 'all', [])
const cluster = finding('DNS112', object, names, 'some', [])
const restart = finding('DNS202', object, { pods: ['p'] }, 'soon', [])
const among = (...own: readonly Finding[]) => analyze(snapshotOf({}), [ruleFor(...own)])

test('a warning alone is degraded; the worst finding is the cause, before what hits fewer', () => {
  assert.is(among(stub).verdict, 'degraded')
  assert.is(among(stub).cause?.code, 'DNS401')
  assert.is(among(restart, cluster).cause?.code, 'DNS112')
  assert.is(among(restart, cluster).verdict, 'degraded')
  assert.is(among(restart, cluster, external).cause?.code, 'DNS305')
  assert.is(among(stub, restart).cause?.code, 'DNS202')
  assert.is(among().verdict, 'healthy')
})

test('findings are in the order of every report, whatever the order of the rules', () => {
  const sorted = ['DNS112', 'DNS202', 'DNS305', 'DNS401']
  assert.equal(codesOf(among(stub, external, cluster, restart)), sorted)
  assert.equal(codesOf(among(restart, cluster, external, stub)), sorted)
})

test('the same snapshot gives the same analysis', () => {
  assert.equal(judge(foundingFault), judge(structuredClone(foundingFault)))
})

test('a rule gets the time of the evidence and not of today', () => {
  let seen = ''
  const clock = defineRule({
    name: 'clock',
    title: 'clock',
    codes: [],
    inputs: [],
    check(_, at) {
      seen = at.toISOString()
      return []
    },
  })
  analyze(snapshotOf(noEvidence, { takenAt: '2020-02-02T02:02:02.000Z' }), [clock])
  assert.is(seen, '2020-02-02T02:02:02.000Z')
})

const gap = (input: Gap['input'], right = false): Gap => ({
  input,
  why: right ? 'forbidden' : 'timeout',
  detail: 'detail',
  ...(right ? { right: { verb: 'get', group: '', resource: 'pods/log' } } : {}),
})
const exits: readonly [name: string, analysis: Analysis, error: number, warning: number, info: number][] = [
  ['healthy', judge(healthy), 0, 0, 0],
  ['an error', judge(foundingFault), 1, 1, 1],
  ['a warning', among(stub), 0, 1, 1],
  ['an error for some', among(cluster), 1, 1, 1],
  ['a right missing that no rule needs', judge(healthy, [gap('logs', true)]), 0, 1, 1],
  ['partial evidence that no rule needs', judge(healthy, [gap('metrics')]), 0, 0, 1],
  ['evidence missing that a rule needs', judge({ ...healthy, kubelets: [] }, [gap('kubelets')]), 2, 2, 2],
  ['an error, and evidence missing', judge({ ...foundingFault, kubelets: [] }, [gap('kubelets')]), 1, 1, 1],
]

for (const [name, analysis, error, warning, info] of exits) {
  test(`exit code: ${name}`, () => {
    const got = (['error', 'warning', 'info'] as const).map(failOn => exitCode(analysis, failOn))
    assert.equal(got, [error, warning, info])
  })
}

test.run()
