import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ObjectChange, Plan } from '../../../src/fix/plan.ts'
import { choose } from '../../../src/fix/planners/choose.ts'
import recreate from '../../../src/fix/planners/recreate.ts'
import { foundingFault, healthy } from '../../clusters.ts'
import { takenAt } from '../../fixtures.ts'
import { contextOf, realList, stubNode } from './contexts.ts'

const test = suite('DNS Pods that are older than the repair of their kubelet')

/** The founding fault after somebody repaired the kubelets, and nothing else. */
const stale = { ...foundingFault, kubelets: healthy.kubelets }
const nodeFacts = ['cp1', 'w1'].map(node => stubNode(node, { resolvConf: realList }))

test('they are made anew by a roll-out, which changes an annotation of their template only', () => {
  const { changes } = recreate.plan(contextOf(stale)) as Plan
  const [change] = changes as readonly ObjectChange[]
  assert.is(change?.path, '/apis/apps/v1/namespaces/kube-system/deployments/coredns')
  const { template, ...spec } = change?.after?.spec as { template: { metadata: object; spec: object } }
  const before = change?.before?.spec as typeof spec & { template: { metadata: object; spec: object } }
  assert.equal({ ...spec, template: before.template }, before)
  assert.equal(template.metadata, {
    ...before.template.metadata,
    annotations: { 'kubectl.kubernetes.io/restartedAt': takenAt },
  })
  assert.equal([change?.awaits, change?.risk], ['dns-pods-ready', 'restarts'])
})

test('it is what is left of the founding fault once kubelets are repaired', () => {
  const methods = choose(contextOf(stale, { nodeFacts, options: { code: 'DNS404' } })).plans.map(p => p.method)
  assert.equal(methods, ['object'])
})

test('not as long as a kubelet hands out its stub', () => {
  assert.is(recreate.plan(contextOf(foundingFault)), null)
  assert.is(recreate.plan(contextOf(healthy)), null)
})

test.run()
