import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { foundingFault, handingOut, refused, withExternal, withUpstream } from '../clusters.ts'
import { grade, said, verified } from './graded.ts'

const test = suite('configuration clean')

const id = 'configuration-clean'

test('passed with what was found to be in order', () => {
  const criterion = grade(id, verified)
  assert.is(criterion.status, 'passed', said(criterion))
  assert.ok(criterion.evidence.some(e => e.source === 'corefile-invalid'))
  assert.not.ok(
    criterion.evidence.some(e => e.source === 'pods-not-ready'),
    'states of Pods are no configuration',
  )
})

test('failed with what is wrong, and without its effects', () => {
  const criterion = grade(id, foundingFault)
  assert.is(criterion.status, 'failed')
  assert.equal(
    criterion.evidence.map(e => e.source),
    ['DNS301', 'DNS401'],
  )
})

test('a Corefile that the next restart will not survive', () => {
  const { configMaps } = withUpstream('/etc/resolv.conf\n    proxy . 8.8.8.8')
  assert.match(said(grade(id, { ...verified, configMaps })), /^failed\nDNS201: /)
})

test('an upstream that does not answer is no fault of the configuration', () => {
  const silent = withExternal(verified, { rcode: 'SERVFAIL', answers: [], ms: 4005 })
  assert.is(grade(id, silent).status, 'passed')
})

test('a rule about settings that was skipped leaves it open, with the reason', () => {
  const { evidence, gaps } = refused(verified, 'kubelets')
  assert.match(
    said(grade(id, evidence, { gaps })),
    /^unknown\n[\s\S]*resolvconf-stub: not known whether no kubelet hands out/,
  )
  const outside = { ...verified, ...handingOut('169.254.169.254'), pods: [], workloads: [], answers: [] }
  assert.match(said(grade(id, outside)), /^unknown\n[\s\S]*Pods ask 169\.254\.169\.254/)
})

test.run()
