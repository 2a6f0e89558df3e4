import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rightText } from '../src/fix/rights.ts'
import { type Right, rightOf } from '../src/kube/failures.ts'
import { grants } from '../src/rbac.ts'
import { run } from '../src/run.ts'
import { collect } from '../src/snapshot/collect.ts'
import type { Evidence } from '../src/snapshot/snapshot.ts'
import { externalQuestion, foundingFault, healthy } from './clusters.ts'
import { takenAt } from './fixtures.ts'
import { isUpdate } from './golden.ts'
import { memoryIo } from './io.ts'
import { recordedSnapshot, recordings } from './kube-dns/recording.ts'
import { type Atom, atomsOf, isFor, kindOf, refusedBy } from './rbac/granted.ts'
import { clientOver } from './snapshot/client.ts'

const test = suite('rbac')

const rights = join(import.meta.dirname, '..', 'docs', 'rights.md')
const marked = /<!-- rights: (.*) -->\n[\s\S]*?<!-- \/rights -->/g

test('docs/rights.md prints what the commands print that it names', async () => {
  const text = readFileSync(rights, 'utf8').replaceAll('\r\n', '\n')
  const lines = [...text.matchAll(marked)].map(([, line = '']) => line)
  assert.is(lines.length, 7, 'sections')
  const sections = new Map<string, string>()
  for (const line of lines) {
    const io = memoryIo()
    assert.is(await run(line.split(' '), io), 0, io.err())
    sections.set(line, `\`\`\`yaml\n# kubectl dnsfix ${line}\n${io.out()}\`\`\``)
  }
  const written = text.replaceAll(
    marked,
    (_, line: string) => `<!-- rights: ${line} -->\n${sections.get(line)}\n<!-- /rights -->`,
  )
  if (isUpdate) writeFileSync(rights, written)
  else assert.is(text, written, 'UPDATE=1 npm run test:unit writes it again')
})

const check = grants({ command: 'check' })
const inDns = grants({ command: 'check', namespace: 'kube-system' })
const granted = atomsOf(check).map(kindOf)

/** The rights that one look at a cluster uses. */
async function used(evidence: Evidence): Promise<readonly Right[]> {
  const client = clientOver(evidence)
  await collect(client, { external: [externalQuestion], takenAt, signal: new AbortController().signal })
  return client.asked
    .filter(({ path }) => path !== '/version')
    .map(({ path, method }) => rightOf({ method: method === 'GET' ? 'GET' : 'POST', path }))
}

const running = { containerStatuses: [{ name: 'coredns', ready: false, restartCount: 0, state: { running: {} } }] }
const clusters: readonly Evidence[] = [
  healthy,
  foundingFault,
  { ...healthy, pods: healthy.pods.map(p => ({ ...p, status: running })) },
  { ...healthy, kubelets: healthy.kubelets.map(k => ({ ...k, clusterDNS: ['10.100.0.10'] })) },
  ...recordings.map(r => recordedSnapshot(r).evidence),
]
const all = (await Promise.all(clusters.map(used))).flat()

test('it grants whatever a look asks for, also within the namespace of DNS', () => {
  for (const manifest of [check, inDns]) assert.equal(refusedBy(manifest, all).map(rightText), [])
})

test('it grants nothing that no look asks for', () => {
  // The fake client forwards ports with the one verb; which one a real API server asks for depends on its version.
  const isAsked = (atom: Atom) => kindOf(atom) === 'get /pods/portforward' || all.some(right => isFor(atom, right))
  for (const manifest of [check, inDns])
    assert.equal(
      atomsOf(manifest).filter(atom => !isAsked(atom)),
      [],
    )
})

test('it can only read, and open a port to a Pod', () => {
  const [role, ...rest] = check
  assert.equal([role?.kind, role?.metadata, rest], ['ClusterRole', { name: 'kubectl-dnsfix-check' }, []])
  assert.equal(
    granted.filter(right => !/^(get|list) /.test(right)),
    ['create /pods/portforward'],
  )
  assert.not.ok(granted.some(right => /secrets|\*/.test(right)))
  assert.is(new Set(granted).size, granted.length)
})

test('fewer rules need fewer rights', () => {
  assert.ok(atomsOf(grants({ command: 'check' }, [])).length < granted.length)
})

test('what verify makes, it makes in the namespace of -n only', () => {
  const atoms = atomsOf(grants({ command: 'verify', namespace: 'shop' }))
  const making = atoms.filter(a => a.resource === 'pods' && a.verb !== 'list')
  assert.equal(
    making.map(a => `${a.verb} ${a.namespace}`),
    ['create shop', 'delete shop', 'get shop', 'watch shop'],
  )
  const whole = new Set(atomsOf(grants({ command: 'verify' })).map(kindOf))
  assert.equal(new Set(atoms.map(kindOf)), whole)
})

test.run()
