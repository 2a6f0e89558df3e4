import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { rightOf } from '../src/kube/failures.ts'
import { clusterRole } from '../src/rbac.ts'
import { rules } from '../src/rules/index.ts'
import { pathRules } from '../src/rules/path/index.ts'
import { collect } from '../src/snapshot/collect.ts'
import type { Evidence } from '../src/snapshot/snapshot.ts'
import { externalQuestion, foundingFault, healthy } from './clusters.ts'
import { takenAt } from './fixtures.ts'
import { isUpdate } from './golden.ts'
import { recordedSnapshot, recordings } from './kube-dns/recording.ts'
import { clientOver } from './snapshot/client.ts'

const test = suite('rbac')

const readme = join(import.meta.dirname, '..', 'README.md')
const roles = { check: clusterRole('check', rules), verify: clusterRole('verify', [...rules, ...pathRules]) }

for (const [command, role] of Object.entries(roles)) {
  const [open, close] = [`<!-- rights of ${command} -->`, `<!-- /rights of ${command} -->`]
  test(`README.md prints the ClusterRole that ${command} needs`, () => {
    const text = readFileSync(readme, 'utf8').replaceAll('\r\n', '\n')
    const [start, end] = [text.indexOf(open) + open.length, text.indexOf(close)]
    const isMarked = text.split(open).length === 2 && text.split(close).length === 2 && start <= end
    assert.ok(isMarked, `README.md must have ${open} in front of the ClusterRole and ${close} behind it, once each`)
    const section = `\n\`\`\`yaml\n${role}\`\`\`\n`
    if (isUpdate) writeFileSync(readme, `${text.slice(0, start)}${section}${text.slice(end)}`)
    else assert.is(text.slice(start, end), section, 'UPDATE=1 npm run test:unit writes it again')
  })
}

interface RoleRule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}
const role: { readonly kind: string; readonly metadata: object; readonly rules: readonly RoleRule[] } = parse(
  roles.check,
)
const granted = role.rules.flatMap(({ apiGroups, resources, verbs }) =>
  apiGroups.flatMap(group => resources.flatMap(resource => verbs.map(verb => `${verb} ${group}/${resource}`))),
)

/** The rights that one look at a cluster uses. */
async function used(evidence: Evidence): Promise<readonly string[]> {
  const client = clientOver(evidence)
  await collect(client, { external: [externalQuestion], takenAt, signal: new AbortController().signal })
  return client.asked
    .filter(({ path }) => path !== '/version')
    .map(({ path, method }) => {
      const { verb, group, resource, subresource } = rightOf({ method: method === 'GET' ? 'GET' : 'POST', path })
      return `${verb} ${group}/${resource}${subresource ? `/${subresource}` : ''}`
    })
}

const running = { containerStatuses: [{ name: 'coredns', ready: false, restartCount: 0, state: { running: {} } }] }
const clusters: readonly Evidence[] = [
  healthy,
  foundingFault,
  { ...healthy, pods: healthy.pods.map(p => ({ ...p, status: running })) },
  { ...healthy, kubelets: healthy.kubelets.map(k => ({ ...k, clusterDNS: ['10.100.0.10'] })) },
  ...recordings.map(r => recordedSnapshot(r).evidence),
]
const all = new Set((await Promise.all(clusters.map(used))).flat())

test('it grants whatever a look asks for', () => {
  assert.equal(
    [...all].filter(right => !granted.includes(right)),
    [],
  )
})

test('it grants nothing that no look asks for', () => {
  // The fake client forwards ports with the one verb; which one a real API server asks for depends on its version.
  const asked = new Set([...all, 'get /pods/portforward'])
  assert.equal(
    granted.filter(right => !asked.has(right)),
    [],
  )
})

test('it can only read, and open a port to a Pod', () => {
  assert.is(role.kind, 'ClusterRole')
  assert.equal(role.metadata, { name: 'kubectl-dnsfix-check' })
  assert.equal(
    granted.filter(right => !/^(get|list) /.test(right)),
    ['create /pods/portforward'],
  )
  assert.not.ok(granted.some(right => /secrets|\*/.test(right)))
  assert.is(new Set(granted).size, granted.length)
})

test('fewer rules need fewer rights', () => {
  const few = parse(clusterRole('check', [])) as typeof role
  assert.ok(few.rules.length < role.rules.length)
})

test.run()
