import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ask } from '../../src/probes/prober.ts'
import { searchAsk, splitSearches } from '../../src/probes/search.ts'
import type { Observation, ProbeQuestion, ProbeResult, Prober } from '../../src/snapshot/observations.ts'
import { dnsService, observationsOf, questions, upstream } from '../observations.ts'

const test = suite('search list')

const asks: readonly Ask[] = [
  { to: upstream('8.8.8.8'), protocol: 'udp', questions },
  { to: dnsService, protocol: 'udp', questions },
]
const external = (name: string): readonly ProbeQuestion[] =>
  questions.map(q => (q.about === 'external' ? { ...q, name } : q))
const columns = (name: string, prober: Prober = 'relay', namespace = 'apps') =>
  searchAsk(asks, { questions: external(name), namespace, prober })
const namesFor = (name: string) => columns(name)[0]?.questions.map(q => q.name)

test('a name with fewer dots than ndots costs the whole list first', () =>
  assert.equal(namesFor('example.com'), [
    'example.com.apps.svc.cluster.local',
    'example.com.svc.cluster.local',
    'example.com.cluster.local',
  ]))

test('ndots is 5: four dots are too few, five are enough', () => {
  assert.is(namesFor('a.b.c.d.e')?.length, 3)
  assert.equal(columns('a.b.c.d.e.f'), [])
})

test('it is what a Pod of the namespace asks its DNS Service, not an upstream', () => {
  const [column, ...more] = columns('example.com', 'relay', 'shop')
  assert.is(more.length, 0)
  assert.is(column?.to, dnsService)
  assert.is(column?.questions[0]?.name, 'example.com.shop.svc.cluster.local')
  for (const q of column?.questions ?? []) assert.equal([q.type, q.about, q.expected], ['A', 'search', []])
})

test('over UDP as a Pod does, but over TCP where UDP only counts', () => {
  assert.equal(
    (['relay', 'exec', 'sidecar'] as const).map(p => columns('example.com', p)[0]?.protocol),
    ['udp', 'udp', 'tcp'],
  )
})

test('nothing to ask without an external name, a cluster name or somebody to ask', () => {
  const without = (about: ProbeQuestion['about']) => questions.filter(q => q.about !== about)
  const wanted = { namespace: 'apps', prober: 'relay' } as const
  assert.equal(searchAsk(asks, { ...wanted, questions: without('external') }), [])
  assert.equal(searchAsk(asks, { ...wanted, questions: without('cluster') }), [])
  assert.equal(searchAsk(asks.slice(0, 1), { ...wanted, questions }), [])
})

const nxdomain: ProbeResult = { rcode: 'NXDOMAIN', answers: [], ms: 1 }
const found: ProbeResult = { rcode: 'NOERROR', answers: ['203.0.113.20'], ms: 9 }
const last = questions.filter(q => q.about === 'external')
const searched = (...results: readonly ProbeResult[]): readonly Observation[] =>
  results.map((result, i) => ({
    node: 'w1',
    from: 'pod',
    to: dnsService,
    protocol: 'udp',
    // The name as it is stands in the matrix.
    question: [...(columns('example.com')[0]?.questions ?? []), ...last][i] as ProbeQuestion,
    result,
  }))
const costOf = (...results: readonly ProbeResult[]) => splitSearches(searched(...results), questions).searches[0]

test('a name costs A and AAAA of each that is tried, up to the one that has an address', () => {
  const cost = costOf(nxdomain, nxdomain, nxdomain, found)
  assert.equal([cost?.node, cost?.name, cost?.ndots, cost?.queries], ['w1', 'example.com', 5, 8])
  assert.equal(cost?.tried.at(-1), { name: 'example.com', result: found })
})

test('a search domain that answers everything ends the search', () => {
  const cost = costOf(nxdomain, found, nxdomain, found)
  assert.equal([cost?.tried.length, cost?.queries], [2, 4])
})

test('an answer without an address does not end it; an end without one is the whole list', () => {
  assert.is(costOf({ rcode: 'NOERROR', answers: [], ms: 1 }, nxdomain, found)?.tried.length, 3)
  assert.is(costOf(nxdomain, nxdomain, nxdomain, nxdomain)?.queries, 8)
  assert.is(costOf({ silence: 'timeout', ms: 3000 })?.queries, 2)
})

test('the matrix and the search are parted', () => {
  const matrix = observationsOf({ nodes: ['w1'] })
  const { observations, searches } = splitSearches([...matrix, ...searched(nxdomain, nxdomain, nxdomain)], questions)
  assert.equal(observations, matrix)
  assert.equal(
    searches.map(s => s.tried.at(-1)?.name),
    ['example.com'],
  )
  assert.equal(splitSearches(matrix, questions).searches, [])
})

test.run()
