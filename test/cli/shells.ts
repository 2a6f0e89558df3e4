import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { root } from '../runner.ts'

/** A shell at a terminal, with `kubectl-dnsfix` on its PATH: the sources, run by this Node. */
export interface Prompt {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
}

/** A folder with the program and what a test needs beside it, a kubeconfig with two contexts among it. */
export function prompt(): Prompt {
  const folder = mkdtempSync(join(tmpdir(), 'dnsfix-shells-'))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const main = join(root, 'src', 'main.ts')
  program(
    bin,
    'kubectl-dnsfix',
    `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${main}' "$@"\n`,
  )
  writeFileSync(join(folder, 'evidence.json'), '')
  writeFileSync(join(folder, 'config'), kubeconfig)
  // npm sets EDITOR to vi, and zsh takes vi's keys then.
  const { PATH, EDITOR, VISUAL, ...rest } = process.env
  const env = { ...rest, PATH: `${bin}${delimiter}${PATH}`, KUBECONFIG: join(folder, 'config'), HOME: folder }
  return { folder, env: { ...env, TERM: 'xterm', LC_ALL: 'C.UTF-8' } }
}

/** Nothing listens there: what needs a cluster is silent. */
const kubeconfig = `apiVersion: v1
kind: Config
current-context: main
contexts:
- {name: main, context: {cluster: c, user: u}}
- {name: 'arn:aws:eks:x:cluster/one', context: {cluster: c, user: u}}
clusters: [{name: c, cluster: {server: 'http://127.0.0.1:9'}}]
users: [{name: u, user: {}}]
`

/** Writes an executable file. */
export function program(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, name), text)
  chmodSync(join(folder, name), 0o755)
}

/** What a program of the prompt prints. */
export const printed = ({ env, folder }: Prompt, name: string, args: readonly string[]): string =>
  execFileSync(name, args, { env, cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** How each shell is started without the files of whoever runs the test. */
const starts = { bash: 'bash --noprofile --norc -i', zsh: 'zsh -f -i', fish: 'fish --no-config -i' } as const

export type Interactive = keyof typeof starts

export interface Typed {
  /** what the line has become */
  readonly line: string
  /** all that was on the terminal */
  readonly shown: string
}

/**
 * Types a line into a shell at a terminal, with Tabs in it, and returns what the line has become, which is read by having the
 * shell print it. `before` is typed first. util-linux's script makes the terminal.
 */
export async function tab(at: Prompt, shell: Interactive, before: string, line: string): Promise<Typed> {
  const child = spawn('script', ['-qec', starts[shell], '/dev/null'], { cwd: at.folder, env: at.env })
  let shown = ''
  // Home, and the line becomes an argument of echo; End.
  child.stdin.write(`${before}\necho rea''dy\n`)
  const found = new Promise<Typed>((resolve, reject) => {
    let typed = false
    child.stdout.on('data', chunk => {
      shown += chunk
      if (!typed && /ready\r/.test(shown)) {
        typed = true
        child.stdin.write(`${line}\x01echo "[\x05]"\n`)
      }
      const [, became] = /[\r\n]\[([^\r\n]*)\]\r/.exec(stripVTControlCharacters(shown)) ?? []
      if (became !== undefined) resolve({ line: became, shown })
    })
    child.on('close', () => reject(new Error(`${shell} ended: ${shown}`)))
  })
  try {
    return await found
  } finally {
    child.kill()
  }
}
