import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { ClusterError } from './errors.ts'

export interface RunOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** What the command reads on its standard input. */
  input?: string
  /** A file that gets everything the command prints. */
  log?: string
  seconds?: number
}

export interface Result {
  code: number | null
  stdout: string
  stderr: string
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Runs a command to its end, whatever that end is. */
export function attempt(argv: readonly string[], options: RunOptions = {}): Promise<Result> {
  const [command = '', ...args] = argv
  const log = options.log === undefined ? 'pipe' : openSync(options.log, 'a')
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', log, log],
      timeout: (options.seconds ?? 0) * 1000,
      killSignal: 'SIGKILL',
    })
    running.add(child)
    const output = { stdout: '', stderr: '' }
    child.stdout?.setEncoding('utf8').on('data', text => (output.stdout += text))
    child.stderr?.setEncoding('utf8').on('data', text => (output.stderr += text))
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(options.input)
    child.on('error', reject)
    child.on('close', code => {
      running.delete(child)
      if (typeof log === 'number') closeSync(log)
      resolve({ code, ...output })
    })
  })
}

/** Runs a command and returns what it printed; a failure is an error that quotes its last words. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await attempt(argv, options)
  if (result.code === 0) return result.stdout
  const words = `${result.stderr}${result.stdout}`.trim().split('\n').slice(-6).join('\n')
  const how = result.code === null ? 'was ended' : `failed (exit ${result.code})`
  throw new ClusterError(`${argv.slice(0, 4).join(' ')} ${how}${words && `: ${words}`}`, logHint(options.log))
}

function logHint(log: string | undefined): string {
  return log === undefined ? '' : `Its output is in ${log}.`
}

/** Asks again and again until there is an answer; the error says what was still missing. */
export async function until<T>(what: string, seconds: number, ask: () => Promise<T | Missing>): Promise<T> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (!(answer instanceof Missing)) return answer
    if (Date.now() > end) throw new ClusterError(`Waited ${seconds} s for ${what}: ${answer.reason}.`)
    await new Promise(resolve => setTimeout(resolve, 300))
  }
}

/** The answer of a question that cannot be answered yet, and why. */
export class Missing {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}
