import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze } from '../../src/analyze.ts'
import { ExpectedError } from '../../src/errors.ts'
import { rules } from '../../src/rules/index.ts'
import { laterInputs, loadSnapshot, parseSnapshot, saveSnapshot } from '../../src/snapshot/file.ts'
import { inputs, type Snapshot } from '../../src/snapshot/snapshot.ts'
import { foundingFault, healthy, refused } from '../clusters.ts'
import { casesOf, snapshotOf } from '../fixtures.ts'
import { inFolder } from '../kube/support.ts'
import { recordedSnapshot, recordings } from '../kube-dns/recording.ts'

const test = suite('file')

const { evidence, gaps } = refused(foundingFault, 'kubelets', 'metrics')
const some: readonly Snapshot[] = [
  snapshotOf({}),
  snapshotOf(healthy),
  snapshotOf(foundingFault),
  snapshotOf(evidence, { gaps }),
]

const saved = (snapshot: Snapshot): string =>
  inFolder(folder => {
    const path = join(folder, 'dns.json')
    saveSnapshot(path, snapshot, '1.2.3')
    return readFileSync(path, 'utf8')
  })

function refusal(action: () => unknown): ExpectedError {
  try {
    action()
  } catch (error) {
    if (error instanceof ExpectedError) return error
    throw error
  }
  throw new Error('it was taken')
}

test('what is saved is what is loaded, and is judged alike', () => {
  for (const snapshot of some) {
    const loaded = parseSnapshot(saved(snapshot), 'dns.json')
    assert.equal(loaded, snapshot)
    assert.equal(analyze(loaded, rules), analyze(snapshot, rules))
  }
})

test('whatever part of it could not be seen, what is loaded is judged as what was saved', () => {
  const clusters = fc.constantFrom(healthy, foundingFault, ...recordings.map(r => recordedSnapshot(r).evidence))
  fc.assert(
    fc.property(clusters, fc.subarray([...inputs]), (cluster, unseen) => {
      const seen = refused(cluster, ...unseen)
      const snapshot = snapshotOf(seen.evidence, { gaps: seen.gaps })
      assert.equal(analyze(parseSnapshot(saved(snapshot), 'dns.json'), rules), analyze(snapshot, rules))
    }),
  )
})

test('the same is true of the evidence of every fixture', () => {
  for (const rule of rules) {
    for (const each of casesOf(rule.name)) {
      const snapshot = snapshotOf(each.evidence)
      const loaded = parseSnapshot(saved(snapshot), 'dns.json')
      assert.equal(
        [...rule.check(loaded.evidence, new Date())],
        [...rule.check(snapshot.evidence, new Date())],
        each.name,
      )
    }
  }
})

test('the file says what it is, and only its owner may read it', () => {
  inFolder(folder => {
    const path = join(folder, 'dns.json')
    saveSnapshot(path, snapshotOf({}), '1.2.3')
    const { kind, schemaVersion, tool } = JSON.parse(readFileSync(path, 'utf8'))
    assert.equal(
      { kind, schemaVersion, tool },
      { kind: 'DnsfixEvidence', schemaVersion: 1, tool: { version: '1.2.3' } },
    )
    if (process.platform !== 'win32') assert.is(statSync(path).mode & 0o777, 0o600)
    assert.equal(loadSnapshot(path), snapshotOf({}))
  })
})

test('cut off anywhere, it is refused and never misread', () => {
  const text = saved(snapshotOf({ version: [{ gitVersion: 'v1.35.4-ä' }] }))
  const bytes = Buffer.from(text)
  for (let length = 0; length < bytes.length - 1; length++) {
    const error = refusal(() => parseSnapshot(bytes.subarray(0, length).toString(), 'dns.json'))
    assert.is(error.code, 'evidence-invalid', `after ${length} bytes`)
  }
  assert.ok(parseSnapshot(bytes.subarray(0, -1).toString(), 'dns.json'), 'only the last line end is missing')
})

test('a cut file says that it is cut', () => {
  const text = saved(snapshotOf(healthy))
  assert.match(refusal(() => parseSnapshot(text.slice(0, 2000), 'dns.json')).message, /ends too early or is damaged/)
})

const file = (change: object): string => {
  const whole = { kind: 'DnsfixEvidence', schemaVersion: 1, ...snapshotOf({}), ...change }
  return JSON.stringify(whole)
}
const wrong: readonly [name: string, text: string, message: RegExp][] = [
  ['nothing', '', /it is not JSON/],
  ['YAML', 'kind: DnsfixEvidence', /it is not JSON/],
  ['a list', '[]', /it is not a JSON object/],
  ['null', 'null', /it is not a JSON object/],
  ['a number', '7', /it is not a JSON object/],
  ['a Kubernetes object', '{"kind":"Pod"}', /it was not written by kubectl dnsfix check --save/],
  ['a report', '{"kind":"CheckReport","schemaVersion":"1"}', /it was not written by/],
  ['no version', file({ schemaVersion: undefined }), /does not say its version/],
  ['no time', file({ takenAt: undefined }), /its takenAt is missing/],
  ['a time that is none', file({ takenAt: 'yesterday' }), /its takenAt is missing/],
  ['no server', file({ server: 7 }), /its server is missing/],
  ['no nodes', file({ nodes: null }), /its nodes is missing/],
  ['half of nodes', file({ nodes: { total: 1 } }), /its nodes is missing/],
  ['no gaps', file({ gaps: undefined }), /its gaps is missing/],
  ['gaps that are none', file({ gaps: [null] }), /its gaps is missing/],
  ['no evidence', file({ evidence: null }), /its evidence is missing/],
  ['a string for evidence', file({ evidence: 'x' }), /its evidence is missing/],
  ...inputs.map(
    input =>
      [
        `a wrong ${input}`,
        file({ evidence: { ...healthy, [input]: laterInputs.includes(input) ? null : undefined } }),
        new RegExp(`its evidence\\.${input} `),
      ] as const,
  ),
  ['a text for a Pod', file({ evidence: { ...healthy, pods: ['x'] } }), /its evidence\.pods /],
].map(([name, text, message]) => [name, text, message] as [string, string, RegExp])
for (const [name, text, message] of wrong) {
  test(`refuses ${name}`, () => {
    const error = refusal(() => parseSnapshot(text, 'dns.json'))
    assert.match(error.message, message)
    assert.match(error.message, /^dns\.json is no evidence file: /)
    assert.is(error.code, 'evidence-invalid')
  })
}

test('a file of a version that did not know an input yet is read, without it', () => {
  for (const input of laterInputs) {
    const { evidence } = parseSnapshot(file({ evidence: { ...healthy, [input]: undefined } }), 'dns.json')
    assert.equal(evidence, healthy)
  }
})

test('a newer layout is refused with the way out, fields that are not known are passed over', () => {
  const error = refusal(() => parseSnapshot(file({ schemaVersion: 2 }), 'dns.json'))
  assert.is(error.code, 'evidence-newer')
  assert.match(error.hint, /upgrade/)
  assert.equal(parseSnapshot(file({ later: true }), 'dns.json'), snapshotOf({}))
})

test('files that cannot be read or written are errors for people', () => {
  inFolder(folder => {
    const none = refusal(() => loadSnapshot(join(folder, 'none.json')))
    assert.match(none.message, /cannot be read: there is no such file or folder\.$/)
    assert.match(refusal(() => loadSnapshot(folder)).message, /cannot be read: it is a folder\.$/)
    const path = join(folder, 'no', 'dns.json')
    const unwritten = refusal(() => saveSnapshot(path, snapshotOf({}), '1'))
    assert.is(unwritten.code, 'save-failed')
    writeFileSync(join(folder, 'image.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]))
    assert.is(refusal(() => loadSnapshot(join(folder, 'image.png'))).code, 'evidence-invalid')
  })
})

test.run()
