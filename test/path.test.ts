import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze, causedBy, type Verdict } from '../src/analyze.ts'
import type { Code } from '../src/catalog.ts'
import type { Finding } from '../src/finding.ts'
import { messageOf } from '../src/finding.ts'
import type { Evidence, PodAnswer } from '../src/snapshot/snapshot.ts'
import { foundingFault, handingOut, healthy, nodeCache, withExternal, withUpstream } from './clusters.ts'
import { allRules, snapshotOf } from './fixtures.ts'
import { observationsOf, probesOf, type Spec } from './matrix.ts'

const test = suite('path')

const a = 'coredns-a on cp1'
const b = 'coredns-b on w1'
const up = '10.0.0.2'
const right = { service: 'ok', [a]: 'ok', [b]: 'ok', [up]: 'ok' }
const nothing = { service: 'timeout', [a]: 'timeout', [b]: 'timeout', [up]: 'timeout' }

interface Seen {
  readonly matrix: Spec
  readonly names?: readonly string[]
  readonly evidence?: Evidence
}

const judge = ({ matrix, names, evidence = healthy }: Seen) =>
  analyze(snapshotOf({ ...evidence, observations: observationsOf(matrix, names), probes: probesOf(matrix) }), allRules)

const upstreamDead = withExternal(withUpstream(up), { rcode: 'SERVFAIL', answers: [], ms: 4005 })

const withAnswer = (
  pod: string,
  scope: 'cluster' | 'external',
  result: PodAnswer['result'],
  of = healthy,
): Evidence => ({
  ...of,
  answers: of.answers.map(each => (each.pod === pod && each.question.scope === scope ? { ...each, result } : each)),
})

const denied: Evidence = {
  ...healthy,
  networkPolicies: [
    { metadata: { name: 'deny', namespace: 'default' }, spec: { podSelector: {}, policyTypes: ['Egress'] } },
  ],
}

const cached: Evidence = {
  ...healthy,
  ...handingOut('169.254.20.10'),
  workloads: [...healthy.workloads, nodeCache(2)],
}
const cacheOnly = { ...nothing, '169.254.20.10': 'ok' }
/** What the DNS Service and every DNS Pod say. */
const served = (words: string) => ({ ...right, service: words, [a]: words, [b]: words })

/** What was seen, and what is said of it: the verdict, the one cause, and every code. */
const stories: Readonly<
  Record<string, readonly [seen: Seen, verdict: Verdict, cause: Code | null, all: readonly Code[]]>
> = {
  healthy: [{ matrix: { cp1: right, w1: right, 'cp1 host': right, 'w1 host': right } }, 'healthy', null, []],
  'healthy, on one node': [{ matrix: { cp1: { service: 'ok', [a]: 'ok', [up]: 'ok' } } }, 'healthy', null, []],
  "kube-proxy's rules for the DNS Service are gone on one node": [
    { matrix: { cp1: right, w1: { ...right, service: 'timeout' }, 'w1 host': { ...right, service: 'timeout' } } },
    'degraded',
    'DNS501',
    ['DNS501', 'DNS509'],
  ],
  'kube-proxy is down everywhere': [
    { matrix: { cp1: { ...right, service: 'timeout' }, w1: { ...right, service: 'timeout' } } },
    'broken',
    'DNS501',
    ['DNS501', 'DNS509'],
  ],
  'packets between the nodes are dropped; the Service fails by chance': [
    {
      matrix: {
        cp1: { ...right, [b]: 'timeout', service: 'udp/timeout' },
        w1: { ...right, [a]: 'timeout', service: 'tcp/headless:timeout' },
      },
    },
    'degraded',
    'DNS502',
    ['DNS502', 'DNS509', 'DNS509'],
  ],
  'packets between the nodes are dropped, and both DNS Pods are on the control plane': [
    {
      matrix: {
        cp1: { service: 'ok', [a]: 'ok', 'coredns-b on cp1': 'ok', [up]: 'ok' },
        w1: { service: 'timeout', [a]: 'timeout', 'coredns-b on cp1': 'timeout', [up]: 'ok' },
      },
    },
    'degraded',
    'DNS502',
    ['DNS502', 'DNS509'],
  ],
  'UDP 53 is dropped on one node': [
    {
      matrix: {
        cp1: right,
        w1: { service: 'udp/timeout', [a]: 'udp/timeout', [b]: 'udp/timeout', [up]: 'udp/timeout' },
      },
    },
    'degraded',
    'DNS503',
    ['DNS503', 'DNS509'],
  ],
  'UDP 53 is dropped everywhere': [
    {
      matrix: {
        cp1: { service: 'udp/timeout', [a]: 'udp/timeout', [b]: 'udp/timeout', [up]: 'udp/timeout' },
        w1: { service: 'udp/timeout', [a]: 'udp/timeout', [b]: 'udp/timeout', [up]: 'udp/timeout' },
      },
    },
    'broken',
    'DNS503',
    ['DNS503', 'DNS509'],
  ],
  'TCP 53 is dropped on one node': [
    { matrix: { cp1: right, w1: { ...right, service: 'tcp/timeout', [a]: 'tcp/timeout', [b]: 'tcp/timeout' } } },
    'degraded',
    'DNS503',
    ['DNS503', 'DNS509'],
  ],
  'TCP 53 is dropped to the upstream: names resolve': [
    { matrix: { cp1: { ...right, [up]: 'tcp/timeout' }, w1: { ...right, [up]: 'tcp/timeout' } } },
    'degraded',
    'DNS503',
    ['DNS503'],
  ],
  'one DNS Pod says SERVFAIL to Pods, not to a port-forward': [
    {
      matrix: {
        cp1: { ...right, [b]: 'SERVFAIL', service: 'udp/cluster:SERVFAIL' },
        w1: { ...right, [b]: 'SERVFAIL', service: 'udp/external:SERVFAIL' },
      },
    },
    'degraded',
    'DNS504',
    ['DNS504', 'DNS509', 'DNS509'],
  ],
  'one DNS Pod says SERVFAIL to everybody': [
    {
      matrix: {
        cp1: { ...right, [b]: 'SERVFAIL' },
        w1: { ...right, [b]: 'SERVFAIL', service: 'udp/cluster:SERVFAIL' },
      },
      evidence: withAnswer('coredns-b', 'cluster', { rcode: 'SERVFAIL', answers: [], ms: 1 }),
    },
    'degraded',
    'DNS112',
    ['DNS112', 'DNS504', 'DNS509'],
  ],
  'one DNS Pod is silent to everybody': [
    {
      matrix: { cp1: { ...right, [b]: 'timeout' }, w1: { ...right, [b]: 'timeout', service: 'udp/reverse:timeout' } },
    },
    'degraded',
    'DNS504',
    ['DNS504', 'DNS509'],
  ],
  'the upstream is dead from one node, and the DNS Pod there does not resolve': [
    {
      matrix: {
        cp1: { ...right, [b]: 'external:SERVFAIL' },
        w1: { ...right, [b]: 'external:SERVFAIL', [up]: 'timeout', service: 'udp/external:SERVFAIL' },
      },
      evidence: withAnswer('coredns-b', 'external', { rcode: 'SERVFAIL', answers: [], ms: 4005 }, withUpstream(up)),
    },
    'degraded',
    'DNS506',
    ['DNS302', 'DNS305', 'DNS506', 'DNS509'],
  ],
  'the upstream is dead': [
    {
      matrix: {
        cp1: { service: 'external:timeout', [a]: 'external:timeout', [b]: 'external:timeout', [up]: 'timeout' },
        w1: { service: 'external:timeout', [a]: 'external:timeout', [b]: 'external:timeout', [up]: 'timeout' },
      },
      evidence: upstreamDead,
    },
    'broken',
    'DNS302',
    ['DNS302', 'DNS305', 'DNS509', 'DNS513'],
  ],
  'one of two upstreams is dead, and names resolve': [
    { matrix: { cp1: { ...right, '10.0.0.3': 'timeout' }, w1: { ...right, '10.0.0.3': 'timeout' } } },
    'degraded',
    'DNS513',
    ['DNS513'],
  ],
  'Pods may ask the Service only, and names resolve': [
    {
      matrix: {
        cp1: { service: 'ok', [a]: 'timeout', [b]: 'timeout', [up]: 'timeout' },
        w1: { service: 'ok', [a]: 'timeout', [b]: 'timeout', [up]: 'timeout' },
      },
    },
    'healthy',
    null,
    [],
  ],
  'two upstreams disagree': [
    {
      matrix: {
        cp1: {
          ...right,
          [up]: 'corp.example:10.1.2.3',
          '8.8.8.8': 'corp.example:NXDOMAIN',
          service: 'corp.example:NXDOMAIN',
        },
        w1: { ...right, [up]: 'corp.example:10.1.2.3', '8.8.8.8': 'corp.example:NXDOMAIN' },
      },
      names: ['example.com', 'corp.example'],
    },
    'degraded',
    'DNS508',
    ['DNS508', 'DNS509'],
  ],
  'two upstreams of a big site differ': [
    {
      matrix: {
        cp1: { ...right, [up]: '142.250.1.1', '8.8.8.8': '142.250.2.2' },
        w1: { ...right, [up]: '142.250.1.1', '8.8.8.8': '142.250.2.2' },
      },
    },
    'healthy',
    null,
    ['DNS510'],
  ],
  'one node is cut off': [
    { matrix: { cp1: { ...right, [b]: 'timeout', service: 'udp/external:timeout' }, w1: nothing, 'w1 host': right } },
    'degraded',
    'DNS505',
    ['DNS505', 'DNS509', 'DNS509'],
  ],
  'every node is cut off': [{ matrix: { cp1: nothing, w1: nothing } }, 'broken', 'DNS505', ['DNS505', 'DNS509']],
  'a NetworkPolicy lets nothing out of the namespace': [
    { matrix: { cp1: nothing, w1: nothing, 'cp1 host': right, 'w1 host': right }, evidence: denied },
    'broken',
    'DNS507',
    ['DNS505', 'DNS507', 'DNS509'],
  ],
  'a NetworkPolicy that nobody enforces': [
    { matrix: { cp1: right, w1: right }, evidence: denied },
    'healthy',
    null,
    [],
  ],
  'a NetworkPolicy lets UDP out only': [
    {
      matrix: {
        cp1: { ...right, service: 'tcp/timeout', [a]: 'tcp/timeout', [b]: 'tcp/timeout', [up]: 'tcp/timeout' },
        w1: { ...right, service: 'tcp/timeout', [a]: 'tcp/timeout', [b]: 'tcp/timeout', [up]: 'tcp/timeout' },
      },
      evidence: {
        ...healthy,
        networkPolicies: [
          {
            metadata: { name: 'dns-udp', namespace: 'default' },
            spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ protocol: 'UDP', port: 53 }] }] },
          },
        ],
      },
    },
    'degraded',
    'DNS507',
    ['DNS503', 'DNS507', 'DNS509'],
  ],
  'a NetworkPolicy that nobody enforces, and the DNS Pods are out of reach': [
    {
      matrix: { cp1: { ...nothing, [up]: 'ok' }, w1: { ...nothing, [up]: 'ok' } },
      evidence: denied,
    },
    'broken',
    'DNS502',
    ['DNS502', 'DNS509'],
  ],
  'Pods may ask the cache of their node only': [
    { matrix: { cp1: cacheOnly, w1: cacheOnly }, evidence: cached },
    'healthy',
    null,
    [],
  ],
  'Pods ask the cache of their node, and the Service behind it is silent everywhere': [
    {
      matrix: {
        cp1: { ...right, service: 'timeout', '169.254.20.10': 'ok' },
        w1: { ...right, service: 'timeout', '169.254.20.10': 'ok' },
      },
      evidence: cached,
    },
    'degraded',
    'DNS501',
    ['DNS501'],
  ],
  'Pods may ask the Service only, over UDP only': [
    {
      matrix: { cp1: { ...nothing, service: 'tcp/timeout' }, w1: { ...nothing, service: 'tcp/timeout' } },
    },
    'degraded',
    'DNS503',
    ['DNS503', 'DNS509'],
  ],
  'the kubelets hand out the Service, and after it a resolver that knows nothing of the cluster': [
    {
      matrix: {
        cp1: { ...right, 'resolver 8.8.8.8': 'cluster:NXDOMAIN headless:NXDOMAIN reverse:NXDOMAIN' },
        w1: { ...right, 'resolver 8.8.8.8': 'cluster:NXDOMAIN headless:NXDOMAIN reverse:NXDOMAIN' },
      },
      evidence: { ...healthy, ...handingOut('10.96.0.10', '8.8.8.8') },
    },
    'healthy',
    null,
    [],
  ],
  'a headless Service gets other endpoints meanwhile': [
    { matrix: { cp1: served('headless:10.244.5.5'), w1: served('headless:10.244.5.5') } },
    'degraded',
    'DNS511',
    ['DNS511'],
  ],
  'a headless Service loses its endpoints meanwhile': [
    { matrix: { cp1: served('headless:NXDOMAIN'), w1: served('headless:NXDOMAIN') } },
    'degraded',
    'DNS509',
    ['DNS509'],
  ],
  'the only external name is mistyped': [
    {
      matrix: {
        cp1: { ...served('external:NXDOMAIN'), [up]: 'NXDOMAIN' },
        w1: { ...served('external:NXDOMAIN'), [up]: 'NXDOMAIN' },
      },
      names: ['exmaple.com'],
    },
    'degraded',
    'DNS509',
    ['DNS509'],
  ],
  'the founding fault': [
    {
      matrix: {
        cp1: { service: 'refused', [a]: 'refused', [b]: 'refused' },
        w1: { service: 'refused', [a]: 'refused', [b]: 'refused' },
      },
      evidence: foundingFault,
    },
    'broken',
    'DNS301',
    ['DNS102', 'DNS105', 'DNS301', 'DNS509', 'DNS401'],
  ],
  'the founding fault, where the Service drops and the upstream lives': [
    {
      matrix: {
        cp1: { service: 'timeout', [a]: 'timeout', [b]: 'timeout', [up]: 'ok' },
        w1: { service: 'timeout', [a]: 'timeout', [b]: 'timeout', [up]: 'ok' },
      },
      evidence: foundingFault,
    },
    'broken',
    'DNS301',
    ['DNS102', 'DNS105', 'DNS301', 'DNS509', 'DNS401'],
  ],
}

for (const [name, [seen, verdict, cause, all]] of Object.entries(stories)) {
  test(name, () => {
    const analysis = judge(seen)
    const codes = analysis.findings.map(f => f.code)
    assert.equal([analysis.verdict, analysis.cause?.code ?? null, codes], [verdict, cause, all])
    const roots = analysis.findings.filter(f => causedBy(f, analysis.findings).length === 0 && f.code !== 'DNS510')
    assert.ok(new Set(roots.map(f => f.code)).size <= 1, `one root: ${roots.map(f => f.code)}`)
  })
}

const found = (name: string, code: Code): Finding =>
  judge((stories[name] as (typeof stories)[string])[0]).findings.find(f => f.code === code) as Finding

test('the words say who, where and how', () => {
  const said: readonly [story: string, code: Code, message: RegExp][] = [
    [
      'packets between the nodes are dropped; the Service fails by chance',
      'DNS502',
      /from cp1, w1 coredns-b, coredns-a on other nodes do not answer, although they answer elsewhere: no answer within 3\.0 s$/,
    ],
    [
      'one node is cut off',
      'DNS505',
      /from Pods on w1 nothing answers.*; in the network of the node itself there are answers$/,
    ],
    [
      'UDP 53 is dropped on one node',
      'DNS503',
      /UDP does not get through from w1 to Service kube-dns, coredns-a, coredns-b and 1 more, TCP does/,
    ],
    [
      'a NetworkPolicy lets nothing out of the namespace',
      'DNS507',
      /NetworkPolicy default\/deny lets no Pod of namespace default ask coredns-a, coredns-b over UDP and TCP/,
    ],
    ['two upstreams disagree', 'DNS508', /corp\.example: 10\.0\.0\.2 says 10\.1\.2\.3, 8\.8\.8\.8 says NXDOMAIN/],
    ['the founding fault', 'DNS509', /is not resolved from Pods on cp1, w1 over UDP and TCP: a refused connection$/],
  ]
  for (const [story, code, message] of said) assert.match(messageOf(found(story, code)), message)
})

test('policies that could not be read are called so where Pods hear nothing, and nowhere else', () => {
  const input = 'networkPolicies'
  const gaps = [{ input, object: 'default', why: 'forbidden', detail: 'no' }] as const
  const look = (spec: Spec) => {
    const evidence = { ...healthy, observations: observationsOf(spec), probes: probesOf(spec) }
    const { verdict, skipped, passed } = analyze(snapshotOf(evidence, { gaps }), allRules)
    return { verdict, skipped: skipped.map(s => s.rule.name), isPassed: passed.some(r => r.name === 'network-policy') }
  }
  const hidden = { verdict: 'broken', skipped: ['network-policy'], isPassed: false }
  const fine = { verdict: 'healthy', skipped: [], isPassed: true }
  assert.equal(look({ cp1: nothing, w1: nothing }), hidden)
  assert.equal(look({ cp1: right, w1: right }), fine)
  assert.equal(look({ cp1: { ...nothing, service: 'ok' } }), fine)
})

test('a search domain that answers for every name', () => {
  const matrix = { cp1: right, w1: right }
  const result = { rcode: 'NOERROR', answers: ['203.0.113.9'], ms: 3 }
  const tried = [{ name: 'example.com.default.svc.cluster.local', result }]
  const searches = [{ node: 'cp1', name: 'example.com', ndots: 5, tried, queries: 2 }]
  const evidence = { ...healthy, observations: observationsOf(matrix), probes: probesOf(matrix), searches }
  const { verdict, cause } = analyze(snapshotOf(evidence), allRules)
  assert.equal([verdict, cause?.code], ['degraded', 'DNS514'])
  assert.match(
    messageOf(cause as Finding),
    /^a Pod that asks for example\.com gets 203\.0\.113\.9, the address of example\.com\.default\.svc\.cluster\.local/,
  )
})

const gap = { input: 'probes', object: 'w1', why: 'timeout', detail: 'the image could not be pulled' } as const

test('a node from which nothing was asked leaves the verdict open', () => {
  const matrix = { cp1: right }
  const evidence = { ...healthy, observations: observationsOf(matrix), probes: probesOf(matrix) }
  const analysis = analyze(snapshotOf(evidence, { gaps: [gap] }), allRules)
  assert.equal([analysis.verdict, analysis.findings.map(f => f.code), analysis.skipped], ['unknown', ['DNS904'], []])
})

test('without any probe nothing is judged, and nothing called healthy', () => {
  for (const gaps of [[gap], []]) {
    const analysis = analyze(snapshotOf(healthy, { gaps }), allRules)
    assert.is(analysis.verdict, 'unknown')
    assert.ok(analysis.skipped.some(s => s.rule.name === 'names-fail'))
  }
})

test.run()
