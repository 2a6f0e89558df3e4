import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze } from '../../src/analyze.ts'
import { rightText } from '../../src/gaps.ts'
import { rightOf } from '../../src/kube/failures.ts'
import { grants } from '../../src/rbac.ts'
import { rules } from '../../src/rules/index.ts'
import { collect } from '../../src/snapshot/collect.ts'
import type { Evidence, Snapshot } from '../../src/snapshot/snapshot.ts'
import { externalQuestion, foundingFault, healthy } from '../clusters.ts'
import { takenAt } from '../fixtures.ts'
import { recordedSnapshot, recordings } from '../kube-dns/recording.ts'
import { type Asked, clientOver, forbidden } from '../snapshot/client.ts'
import { type Atom, atomsOf, isFor, kindOf } from './granted.ts'

const test = suite('check without one right of its manifest')

const isOf = (atom: Atom, { path, method }: Asked): boolean =>
  path !== '/version' && isFor(atom, rightOf({ method: method === 'GET' ? 'GET' : 'POST', path }))

/** A look at a cluster by somebody who may not do this one thing, and how often it was tried. */
async function lookWithout(atom: Atom, evidence: Evidence): Promise<{ snapshot: Snapshot; tried: number }> {
  const client = clientOver(evidence, asked => (isOf(atom, asked) ? forbidden(asked) : undefined))
  const signal = new AbortController().signal
  const snapshot = await collect(client, { external: [externalQuestion], takenAt, signal })
  return { snapshot, tried: client.asked.filter(asked => isOf(atom, asked)).length }
}

const kubeDns = recordings.map(recording => recordedSnapshot(recording).evidence)
const clusters: readonly Evidence[] = [healthy, foundingFault, ...kubeDns]
/** The fake client forwards ports with the one verb; which one a real API server asks for depends on its version. */
const asked = atomsOf(grants({ command: 'check' })).filter(atom => kindOf(atom) !== 'get /pods/portforward')

for (const atom of asked)
  test(`${kindOf(atom)}: it is named`, async () => {
    const looks = await Promise.all(clusters.map(evidence => lookWithout(atom, evidence)))
    const denied = looks.filter(({ tried }) => tried > 0)
    assert.ok(denied.length > 0, 'no look needs it')
    for (const { snapshot } of denied) {
      const { findings, verdict } = analyze(snapshot, rules)
      const missing = findings.flatMap(f => (f.code === 'DNS901' ? [f.args.right] : []))
      assert.ok(
        missing.some(right => right.startsWith(rightText(atom))),
        `${verdict}: ${missing.join()}`,
      )
    }
  })

for (const atom of asked)
  test(`${kindOf(atom)}: a healthy cluster is not called broken, and a broken one not healthy`, async () => {
    const seen = async (evidence: Evidence) => analyze((await lookWithout(atom, evidence)).snapshot, rules)
    const well = await seen(healthy)
    assert.equal(
      well.findings.filter(f => f.code !== 'DNS901').map(f => f.code),
      [],
    )
    assert.ok(['healthy', 'unknown'].includes(well.verdict), well.verdict)
    assert.ok(['broken', 'unknown'].includes((await seen(foundingFault)).verdict))
  })

test.run()
