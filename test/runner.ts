import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

export const root = dirname(import.meta.dirname)

export interface Counts {
  readonly passed: number
  readonly failed: number
  /** Which tests failed, each with the first line of why. */
  readonly failures?: readonly string[]
}

export const sum = (all: readonly Counts[]): Required<Counts> => ({
  passed: all.reduce((n, c) => n + c.passed, 0),
  failed: all.reduce((n, c) => n + c.failed, 0),
  failures: all.flatMap(c => c.failures ?? []),
})

export const lastLine = ({ passed, failed }: Counts): string => `${passed} passed, ${failed} failed`

/** The exit code of a test run: nothing run is a failure too. */
export const exitCodeFor = ({ passed, failed }: Counts): number => (failed > 0 || passed === 0 ? 1 : 0)

/** Runs a program with its output shown, and returns its exit code and what it printed on stdout. */
export function show(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number; stdout: string }> {
  const [program = '', ...args] = argv
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    })
    let stdout = ''
    child.stdout.on('data', chunk => {
      stdout += chunk
      process.stdout.write(chunk)
    })
    child.on('error', reject)
    child.on('close', code => resolve({ code: code ?? 1, stdout }))
  })
}

/** A program of the packages, run by this Node: `bin('uvu')`. */
export function bin(name: string, file: string): readonly string[] {
  return [process.execPath, '--disable-warning=ExperimentalWarning', join(root, 'node_modules', name, file)]
}

/**
 * Runs the uvu tests under a folder of `test` whose files match, one process for all of them.
 * uvu passes over a file that does not call `.run()`, and is content with no file at all: both are failures here.
 */
export async function runTests(folder: string, matches: (file: string) => boolean): Promise<Counts> {
  const files = globSync(`${folder}/**/*.test.ts`, { cwd: join(root, 'test') })
    .map(file => join(root, 'test', file))
    .filter(file => matches(relative(join(root, 'test'), file)))
  const silent = files.filter(file => !/\.run\(\)/.test(readFileSync(file, 'utf8')))
  for (const file of silent) console.error(`${relative(root, file)} does not call .run(): its tests would not run`)
  if (files.length === 0) return { passed: 0, failed: 0 }
  const pattern = `^(${files.map(f => relative(join(root, 'test'), f).replace(/[.\\]/g, '\\$&')).join('|')})$`
  const { code, stdout } = await show([...bin('uvu', 'bin.js'), join(root, 'test'), pattern], {
    FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
  })
  return { ...counted(stdout, code, silent.length) }
}

/** Reads uvu's summary. A run that ended without one has failed, whatever it had counted. */
function counted(stdout: string, code: number, silent: number): Counts {
  const text = stripVTControlCharacters(stdout)
  const number = (label: string) => Number(new RegExp(`^\\s*${label}:\\s+(\\d+)\\s*$`, 'm').exec(text)?.[1])
  const total = number('Total')
  const passed = number('Passed')
  const failures = [...text.matchAll(/^ *FAIL +(.+)\n *(.*)/gm)].map(([, test, why]) => `${test}: ${why}`)
  if (Number.isNaN(total)) return { passed: 0, failed: 1 + silent, failures }
  return { passed, failed: Math.max(total - passed, code === 0 ? 0 : 1) + silent, failures }
}
