import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { livePaths } from '../../src/fix/live.ts'
import type { Plan } from '../../src/fix/plan.ts'
import { needed } from '../../src/fix/planners/rbac-rules.ts'
import { rightsOfPlan, rightsOfProof, rightsOnNodes, rightText } from '../../src/fix/rights.ts'
import { dnsServerOf } from '../../src/fix/settled-target.ts'
import { type Right, rightOf } from '../../src/kube/failures.ts'
import { methods } from '../../src/options.ts'
import { grants, type Wanted } from '../../src/rbac.ts'
import type { Evidence } from '../../src/snapshot/snapshot.ts'
import { snapshotOf } from '../fixtures.ts'
import { type Atom, atomsOf, isFor, kindOf, refusedBy } from './granted.ts'
import { cases, plansFor } from './plans.ts'

const test = suite('rbac fix')

/** Where the proof is made. */
const probes = 'kube-system'

/** What a run asks for before it has a plan. */
const lookingAt = (evidence: Evidence): readonly Right[] =>
  livePaths(snapshotOf(evidence)).map(path => rightOf({ method: 'GET', path }))

/** What a run asks for that carries out this plan, from its first look at the objects to the proof. */
function askedBy(plan: Plan, evidence: Evidence): readonly Right[] {
  const dns = dnsServerOf(evidence)
  return [
    ...lookingAt(evidence),
    ...rightsOfPlan(plan, { dns, isLone: true }),
    ...rightsOnNodes(dns.namespace),
    ...rightsOfProof(dns.namespace),
    ...rightsOfProof(probes),
  ]
}

const planned = Object.entries(cases).flatMap(([name, { evidence }]) =>
  plansFor(name).map(plan => ({ name, plan, asked: askedBy(plan, evidence) })),
)

/** Every manifest of `rbac fix` that is for this method of a plan. */
const variantsFor = (method: Plan['method']): readonly Wanted[] =>
  [undefined, ...methods.filter(m => m === method)].flatMap(m =>
    [undefined, probes].map(namespace => ({ command: 'fix', method: m, namespace }) as const),
  )

for (const { name, plan, asked } of planned)
  test(`${name}, by ${plan.method}: every right that is asked for is in the manifest`, () => {
    for (const wanted of variantsFor(plan.method))
      assert.equal(refusedBy(grants(wanted), asked).map(rightText), [], JSON.stringify(wanted))
  })

/** A role may only be given what one has; what `verify` takes is held by its own tests. */
const granting: readonly Right[] = Object.values(needed).flatMap(rules =>
  rules.flatMap(({ apiGroups: [group = ''] = [], resources = [], verbs }) =>
    resources.flatMap(resource => verbs.map(verb => ({ verb, group, resource }))),
  ),
)
const looks = Object.values(cases).flatMap(({ evidence }) => lookingAt(evidence))
const verifying = new Set(atomsOf(grants({ command: 'verify' })).map(kindOf))

for (const method of [undefined, ...methods])
  for (const namespace of [undefined, probes])
    test(`${method ?? 'any method'}, ${namespace ?? 'any namespace'}: nothing is in it that nothing asks for`, () => {
      const own = planned.filter(({ plan }) => method === undefined || plan.method === method)
      const asked = [...looks, ...own.flatMap(p => p.asked), ...(method === undefined ? granting : [])]
      const isAsked = (atom: Atom) => verifying.has(kindOf(atom)) || asked.some(right => isFor(atom, right))
      const open = atomsOf(grants({ command: 'fix', method, namespace })).filter(atom => !isAsked(atom))
      assert.equal(open, [])
    })

test('there is no right in it that would give others', () => {
  for (const namespace of [undefined, probes]) {
    const atoms = atomsOf(grants({ command: 'fix', namespace }))
    assert.equal(
      atoms.filter(
        a => /secrets|serviceaccounts|exec|\*/.test(kindOf(a)) || /^(escalate|bind|impersonate)$/.test(a.verb),
      ),
      [],
    )
    assert.is(new Set(atoms.map(a => JSON.stringify(a))).size, atoms.length, 'each once')
  }
})

const isWriting = ({ verb }: Atom) => !/^(get|list|watch)$/.test(verb)

test('with a namespace writing is limited to it, but for objects that are in none', () => {
  const everywhere = atomsOf(grants({ command: 'fix', namespace: probes })).filter(a => isWriting(a) && !a.namespace)
  assert.equal([...new Set(everywhere.map(a => a.resource))].sort(), ['clusterrolebindings', 'clusterroles', 'dnses'])
  // Without a name RBAC cannot limit the making of an object.
  assert.equal([...new Set(everywhere.filter(a => !a.name).map(a => a.verb))], ['create'])
  const nodeWork = atomsOf(grants({ command: 'fix', method: 'kubelet', namespace: probes }))
  assert.equal(
    nodeWork.filter(a => isWriting(a) && !a.namespace),
    [],
  )
})

test('a method narrows it', () => {
  const size = (method: Wanted['method']) => atomsOf(grants({ command: 'fix', method })).length
  for (const method of methods) assert.ok(size(method) < size(undefined), method)
  const kubelet = atomsOf(grants({ command: 'fix', method: 'kubelet' }))
  assert.equal(
    kubelet.filter(a => /services|clusterroles|helm/.test(a.resource) && isWriting(a)),
    [],
  )
})

test.run()
