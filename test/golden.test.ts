import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { commands } from '../src/flags.ts'
import { run } from '../src/run.ts'
import { loadSnapshot, saveSnapshot } from '../src/snapshot/file.ts'
import { version } from '../src/version.ts'
import { assertGolden, goldenFiles, isUpdate } from './golden.ts'
import { memoryIo } from './io.ts'
import { type Recording, recordedSnapshot, recordings } from './kube-dns/recording.ts'
import { assertValid, assertValidVerify } from './schema.ts'

const test = suite('golden')

const folder = join(import.meta.dirname, 'evidence')

/** The real kube-dns; `kube-dns-*` without a version is the test cluster's stand-in. */
const fileOf = (recording: Recording): string => `kube-dns-1.26-${recording.name}`

for (const recording of recordings) {
  test(`evidence/${fileOf(recording)}.json is what its recording gives`, () => {
    const path = join(folder, `${fileOf(recording)}.json`)
    const snapshot = recordedSnapshot(recording)
    if (isUpdate) saveSnapshot(path, snapshot, version)
    assert.equal(loadSnapshot(path), snapshot)
  })
}

async function outputOf(argv: readonly string[], exit: number): Promise<string> {
  const io = memoryIo()
  assert.is(await run(argv, io), exit, argv.join(' '))
  assert.is(io.err(), '')
  return io.out()
}

interface Report {
  readonly verdict: string
  readonly findings: readonly { readonly severity: string; readonly category: string }[]
}

function exitOf({ verdict, findings }: Report): number {
  if (findings.some(f => f.severity === 'error' && f.category !== 'access')) return 1
  return verdict === 'unknown' ? 2 : 0
}

/** Evidence is written before it is looked for, so that the first UPDATE already has all of it. */
const recorded = recordings.map(fileOf)
const evidence = new Set([
  ...readdirSync(folder)
    .filter(f => f.endsWith('.json'))
    .map(f => basename(f, '.json')),
  ...recorded,
])
const written: string[] = []

for (const name of evidence) {
  test(`check --from evidence/${name}.json`, async () => {
    const check = ['check', '--from', join(folder, `${name}.json`)]
    const io = memoryIo()
    const code = await run([...check, '-o', 'json'], io)
    const report = JSON.parse(io.out())
    assertValid(report, name)
    assert.is(code, exitOf(report))
    const outputs = {
      [`${name}.json`]: io.out(),
      [`${name}.table.txt`]: await outputOf(check, code),
      [`${name}.wide.txt`]: await outputOf([...check, '-o', 'wide'], code),
    }
    for (const [file, text] of Object.entries(outputs)) {
      assertGolden(file, text)
      written.push(file)
    }
  })
}

const verified = join(folder, 'verified')

for (const name of readdirSync(verified).map(f => basename(f, '.json'))) {
  test(`verify --from evidence/verified/${name}.json`, async () => {
    const verify = ['verify', '--from', join(verified, `${name}.json`)]
    const io = memoryIo()
    const code = await run([...verify, '-o', 'json'], io)
    const report = JSON.parse(io.out())
    assertValidVerify(report, name)
    assert.is(code, exitOf(report))
    const file = `verified-${name}.txt`
    assertGolden(file, await outputOf(verify, code))
    written.push(file)
  })
}

for (const command of ['', ...commands]) {
  test(`kubectl dnsfix ${command} --help`, async () => {
    const file = command === '' ? 'help.txt' : `help-${command}.txt`
    assertGolden(file, await outputOf([...command.split(' ').filter(Boolean), '--help'], 0))
    written.push(file)
  })
}

test('every golden file is of something that there is', () => {
  // Those of the reports of verify and fix are held by test/report/verify-table.test.ts and test/report/fix.test.ts.
  const own = goldenFiles().filter(file => !/^(verify|fix)-/.test(file))
  assert.equal(own, [...written].sort())
})

test.run()
