import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ExpectedError } from '../../../src/errors.ts'
import { chosenUpstreams } from '../../../src/fix/planners/upstreams.ts'
import { wantedOf } from '../../../src/fix/planners/wanted.ts'
import { foundingFault } from '../../clusters.ts'
import { contextOf, recorded, stubNode } from './contexts.ts'

const test = suite('upstreams to write')

/** The error that this throws, as the user sees it. */
function thrown(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof ExpectedError) return `${error.code}: ${error.message} ${error.hint}`
    throw error
  }
  return 'nothing thrown'
}

const kubeDns = recorded('kube-dns-noloopdetect')
const nodes = (...lists: readonly string[][]) => ({
  nodeFacts: lists.map((resolvers, at) => stubNode(`w${at}`, { resolvers })),
})
const given = (...upstreams: readonly string[]) => ({ options: { upstreams } })

test('as given, in that order', () => {
  const { upstreams, from } = chosenUpstreams(contextOf(foundingFault, given('10.0.0.3', '10.0.0.2:5353')), 'coredns')
  assert.equal([upstreams, from], [['10.0.0.3', '10.0.0.2:5353'], 'option'])
})

test('one that is given and improper refuses all, each with its reason', () => {
  const text = thrown(() =>
    chosenUpstreams(contextOf(foundingFault, given('10.0.0.2', '127.0.0.53', '10.96.0.10', 'dns.google')), 'coredns'),
  )
  assert.match(text, /^improper-upstream: --upstream is refused: .*127\.0\.0\.53 is systemd-resolved's stub/)
  assert.match(text, /10\.96\.0\.10 is the cluster's own DNS Service: a loop/)
  assert.match(text, /dns\.google is a name/)
  assert.not.match(text, /10\.0\.0\.2 /)
})

test('four are too many for kube-dns', () => {
  const four = given('10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5')
  assert.match(
    thrown(() => chosenUpstreams(contextOf(kubeDns, four), 'kube-dns')),
    /10\.0\.0\.5 is one too many/,
  )
  assert.is(chosenUpstreams(contextOf(foundingFault, four), 'coredns').upstreams.length, 4)
})

test('a port only for a kube-dns that is known to take it', () => {
  const port = given('10.0.0.2:5353')
  assert.equal(chosenUpstreams(contextOf(kubeDns, port), 'kube-dns').upstreams, ['10.0.0.2:5353'])
  const tagged = (tag: string) => ({
    ...kubeDns,
    workloads: [],
    pods: kubeDns.pods.map(p => ({
      ...p,
      spec: {
        ...p.spec,
        containers: p.spec.containers.map(c => ({ ...c, image: c.image?.replace(/:[\d.]+$/, tag) ?? '' })),
      },
    })),
  })
  for (const tag of [':1.14.8', ':mine'])
    assert.match(
      thrown(() => chosenUpstreams(contextOf(tagged(tag), port), 'kube-dns')),
      /10\.0\.0\.2:5353 has a port, for which kube-dns must be known to be 1\.14\.9/,
    )
})

test('else what all nodes ask, without what Pods cannot ask', () => {
  const context = contextOf(foundingFault, nodes(['127.0.0.53', '10.0.0.2', '10.0.0.3'], ['127.0.0.53', '10.0.0.2']))
  const { upstreams, refused, from } = chosenUpstreams(context, 'coredns')
  assert.equal([upstreams, from], [['10.0.0.2'], 'nodes'])
  assert.match(refused.map(r => `${r.address} ${r.reason}`).join(), /^127\.0\.0\.53 is systemd-resolved's stub/)
})

test('a stub takes no place of the three', () => {
  const context = contextOf(kubeDns, nodes(['127.0.0.53', '10.0.0.2', '10.0.0.3', '10.0.0.4']))
  assert.equal(chosenUpstreams(context, 'kube-dns').upstreams, ['10.0.0.2', '10.0.0.3', '10.0.0.4'])
})

test('a resolver of the nodes that is known to be silent is not written again', () => {
  const base = contextOf(foundingFault, nodes(['10.0.0.2', '10.0.0.3']))
  const object = { kind: 'Pod', name: 'coredns-a' }
  const silent = { code: 'DNS302', object, args: { upstreams: ['10.0.0.2:53'], how: '' }, reach: 'all', evidence: [] }
  const context = { ...base, findings: [...base.findings, silent as (typeof base.findings)[number]] }
  const { upstreams, refused } = chosenUpstreams(context, 'coredns')
  assert.equal(upstreams, ['10.0.0.3'])
  assert.equal(refused, [{ address: '10.0.0.2', reason: 'does not answer the DNS Pods' }])
})

test('never a public one that nobody named: without any it says so', () => {
  const none = (facts: ReturnType<typeof nodes>) =>
    thrown(() => chosenUpstreams(contextOf(foundingFault, facts), 'coredns'))
  assert.match(none(nodes(['127.0.0.53'])), /^no-upstream: .*127\.0\.0\.53 is .*fix --upstream IP,IP$/)
  assert.match(none(nodes([])), /name no resolver but their own loopback/)
  const problem = { nodeFacts: [stubNode('w1', { resolvers: [], problem: 'no Pod may be created there' })] }
  assert.match(none(problem), /no node could be looked at \(w1: no Pod may be created there\)/)
})

const stub = (stubDomains: Record<string, string[]>) => ({ options: { stubDomains } })

test('stub domains are held against the same policy', () => {
  const refusal = (stubs: Record<string, string[]>, engine: 'coredns' | 'kube-dns' = 'coredns') =>
    thrown(() => wantedOf(contextOf(engine === 'coredns' ? foundingFault : kubeDns, stub(stubs)), engine))
  assert.match(
    refusal({ 'corp.example': ['127.0.0.1'] }),
    /^improper-upstream: --stub-domain .*127\.0\.0\.1 is a loopback/,
  )
  assert.match(refusal({ 'cluster.local': ['10.0.0.2'] }), /cluster\.local is the domain of this cluster/)
  assert.match(refusal({ '.': ['10.0.0.2'] }), /\. is every name/)
  assert.match(refusal({ 'a b': ['10.0.0.2'] }), /a b is no domain name/)
  assert.match(refusal({ 'corp.example': [] }), /corp\.example has no server/)
  assert.match(refusal({ 'corp.example': ['ns.corp.example'] }), /ns\.corp\.example is a name/)
  assert.match(refusal({ _sip: ['10.0.0.2'] }, 'kube-dns'), /_sip is no domain name as kube-dns takes it/)
  assert.is(refusal({ 'corp.example': ['ns.example.com'] }, 'kube-dns'), 'nothing thrown')
})

test.run()
