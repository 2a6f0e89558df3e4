import { rmSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fixable } from '../../src/catalog/fixable.ts'
import { codes } from '../../src/catalog.ts'
import { completion } from '../../src/complete.ts'
import { flagSets } from '../../src/flag-sets.ts'
import { commands } from '../../src/flags.ts'
import { values, withKubeconfig } from './candidates.ts'

const test = suite('completion')
const kubeconfig = withKubeconfig(test)

test.before(() => {
  kubeconfig('http://127.0.0.1:9')
})

const offers: readonly (readonly [line: string, values: readonly string[]])[] = [
  ['', commands],
  ['un', ['undo']],
  ['nothing', []],
  ['check ', []],
  ['-o json ver', ['verify', 'version']],
  ['-v 6 ver', ['verify', 'version']],
  ['-', ['--help', '--version']],
  ['check --no-', ['--no-external']],
  ['check --no-external --ex', []],
  ['check --name a.example --na', ['--name', '--namespace']],
  ['check -n dns --namesp', []],
  ['check -- --na', []],
  ['check --nodes ', []],
  ['undo --fo', ['--force']],
  ['verify -o j', ['json', 'junit']],
  ['check -o j', ['json']],
  ['check -o=j', ['json']],
  ['fix --dry-run=', ['none', 'client', 'server']],
  ['explain ', codes],
  ['explain DNS301 ', []],
  ['explain UpstreamLo', ['UpstreamLoopback']],
  ['fix ', codes.filter(code => fixable.has(code))],
  ['fix --yes DNS301 ', []],
  ['check --context ', ['main', 'other']],
  ['check --context=o', ['other']],
  ['--cluster ', ['c', 'c2']],
  ['check --user ', ['u']],
  ['explain --context ', []],
  ['rbac --user ', []],
  ['rbac ', ['check', 'verify', 'fix']],
  ['verify --nodes ', ['all']],
  ['check --token ', []],
]
for (const [line, expected] of offers)
  test(`kubectl dnsfix ${line}<Tab>`, async () => assert.equal(await values(line), [...expected]))

test('every flag of a command is offered, the ones that are on in the form that turns them off', async () =>
  assert.equal(
    [...(await values('verify --'))].sort(),
    [...Object.keys(flagSets.verify).map(name => `--${name === 'external' ? 'no-external' : name}`), '--help'].sort(),
  ))

test('descriptions are one line each', async () => {
  const lines = (await completion(['__complete', 'explain', 'DNS'])).trimEnd().split('\n')
  assert.is(lines.length, codes.length + 1)
  for (const line of lines.slice(0, -1)) assert.match(line, /^DNS\d+\t\w+: \S[^\t]*$/)
})

test('a file is left to the shell', async () => {
  for (const flag of ['--kubeconfig', '--save', '--from', '--client-key'])
    assert.is(await completion(['__complete', 'check', flag, 'a']), ':0\n')
})

test('a kubeconfig that is broken or missing is passed over in silence', async () => {
  const path = kubeconfig('http://127.0.0.1:9')
  writeFileSync(path, 'a: [1,')
  assert.equal(await values('check --context '), [])
  assert.equal(await values('undo '), [])
  rmSync(path)
  assert.equal(await values('check --context '), [])
  assert.equal(await values('undo '), [])
})

test.run()
