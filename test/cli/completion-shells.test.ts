import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { installed, testWith } from '../skip.ts'
import { type Interactive, printed, prompt, tab } from './shells.ts'

const test = suite('completion in real shells')
const at = prompt()
test.after(() => rmSync(at.folder, { recursive: true }))
test.before(() => {
  for (const shell of interactive)
    writeFileSync(join(at.folder, `script.${shell}`), printed(at, 'kubectl-dnsfix', ['completion', shell]))
})

const begins = {
  bash: 'source ./script.bash',
  zsh: 'autoload -U compinit; compinit -u -D; source ./script.zsh',
  fish: 'source ./script.fish',
} as const
const interactive = Object.keys(begins) as Interactive[]

/** What a line becomes, with a Tab where it ends. */
const lines: readonly (readonly [line: string, becomes: string])[] = [
  ['che', 'check'],
  ['check --contex', 'check --context'],
  ['check --no-e', 'check --no-external'],
  ['check --context ma', 'check --context main'],
  ['check --context=ma', 'check --context=main'],
  ['check --context arn:a', 'check --context arn:aws:eks:x:cluster/one'],
  ['check --context=arn:aws:e', 'check --context=arn:aws:eks:x:cluster/one'],
  ['check --from evid', 'check --from evidence.json'],
  ['check --from=evid', 'check --from=evidence.json'],
  ['verify --fail-on w', 'verify --fail-on warning'],
  ['verify evid', 'verify evid'],
  ['explain UpstreamLo', 'explain UpstreamLoopback'],
]

for (const shell of interactive) {
  const needs = [installed(shell), installed('script', 'bsdutils')]
  for (const [line, becomes] of lines) {
    testWith(test, needs, `${shell}: kubectl-dnsfix ${line}<Tab>`, async () => {
      const typed = await tab(at, shell, begins[shell], `kubectl-dnsfix ${line}\t`)
      // zsh takes the space behind a word back when something else is typed there.
      assert.is(typed.line.trimEnd(), `kubectl-dnsfix ${becomes}`, typed.shown)
    })
  }

  testWith(test, needs, `${shell} shows what there is to choose from, and no files`, async () => {
    const { shown } = await tab(at, shell, begins[shell], 'kubectl-dnsfix \t\t')
    for (const command of ['check', 'fix', 'verify', 'undo', 'explain']) assert.match(shown, command)
    assert.not.match(shown, 'evidence.json')
  })
}

testWith(test, [installed('zsh')], 'zsh finds the file in a folder of fpath', async () => {
  copyFileSync(join(at.folder, 'script.zsh'), join(at.folder, '_kubectl-dnsfix'))
  const before = 'fpath=($PWD $fpath); autoload -U compinit; compinit -u -D'
  const { line, shown } = await tab(at, 'zsh', before, 'kubectl-dnsfix che\t')
  assert.is(line.trimEnd(), 'kubectl-dnsfix check', shown)
})

test.run()
