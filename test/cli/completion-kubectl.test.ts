import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { codes } from '../../src/catalog.ts'
import { kubectlPath } from '../cluster/paths.ts'
import { installed, type Need, testKubectl, testWith } from '../skip.ts'
import { type Interactive, printed, program, prompt, tab } from './shells.ts'

const test = suite("completion through kubectl's own")
const { folder, env } = prompt()
const at = { folder, env: { ...env, PATH: `${env.PATH}${delimiter}${dirname(kubectlPath())}` } }
test.after(() => rmSync(folder, { recursive: true }))
test.before(() =>
  program(join(folder, 'bin'), 'kubectl_complete-dnsfix', printed(at, 'kubectl-dnsfix', ['completion', 'kubectl'])),
)

/** What kubectl's scripts get for a command line: candidates without descriptions, and cobra's directive. */
function asked(...words: readonly string[]): { readonly values: readonly string[]; readonly directive: string } {
  const answer = printed(at, kubectlPath(), ['__completeNoDesc', 'dnsfix', ...words])
  const lines = answer.trimEnd().split('\n')
  return { values: lines.slice(0, -1), directive: lines.at(-1) ?? '' }
}

const answers: readonly (readonly [words: readonly string[], values: readonly string[]])[] = [
  [['ch'], ['check']],
  [['fix', '--meth'], ['--method']],
  [
    ['fix', '--method', 'kube'],
    ['kubeadm', 'kubelet'],
  ],
  [
    ['fix', '--method=kube'],
    ['kubeadm', 'kubelet'],
  ],
  [['explain', 'DNS90'], codes.filter(code => code.startsWith('DNS90'))],
  [
    ['check', '--context', ''],
    ['main', 'arn:aws:eks:x:cluster/one'],
  ],
  [['check', '--context=arn'], ['arn:aws:eks:x:cluster/one']],
  [['verify', '--nodes', 'a'], ['all']],
  [['check', '-n', ''], []],
]
for (const [words, values] of answers) {
  testWith(test, [testKubectl], `kubectl dnsfix ${words.join(' ')}<Tab>`, () =>
    assert.equal(asked(...words), { values, directive: ':4' }),
  )
}

testWith(test, [testKubectl], 'with descriptions, for the shells that show them', () => {
  const answer = printed(at, kubectlPath(), ['__complete', 'dnsfix', 'unde', 'x', ''])
  assert.is(answer, ':4\n')
  assert.match(printed(at, kubectlPath(), ['__complete', 'dnsfix', 'und']), /^undo\tTake back what fix has done\n:4\n$/)
})

testWith(test, [testKubectl], 'a file is completed by the shell', () =>
  assert.equal(asked('check', '--from', 'evid'), { values: [], directive: ':0' }),
)

/** kubectl's script for bash needs the functions of bash-completion. */
const functions = '/usr/share/bash-completion/bash_completion'
const begins = {
  bash: `source ${functions}; source ./script`,
  zsh: 'autoload -U compinit; compinit -u -D; source ./script',
  fish: 'source ./script',
} as const

for (const shell of Object.keys(begins) as Interactive[]) {
  const needs: readonly Need[] = [
    testKubectl,
    installed(shell),
    installed('script', 'bsdutils'),
    {
      what: 'bash-completion',
      there: shell !== 'bash' || existsSync(functions),
      install: 'apt-get install bash-completion',
    },
  ]
  for (const [line, becomes] of [
    ['che', 'check'],
    ['check --context arn:aws:e', 'check --context arn:aws:eks:x:cluster/one'],
    ['explain UpstreamLo', 'explain UpstreamLoopback'],
    ['check --from evid', 'check --from evidence.json'],
  ]) {
    testWith(test, needs, `${shell}: kubectl dnsfix ${line}<Tab>`, async () => {
      writeFileSync(join(folder, 'script'), printed(at, kubectlPath(), ['completion', shell]))
      const typed = await tab(at, shell, begins[shell], `kubectl dnsfix ${line}\t`)
      assert.is(typed.line.trimEnd(), `kubectl dnsfix ${becomes}`, typed.shown)
    })
  }
}

test.run()
