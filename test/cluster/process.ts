import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { state, stateFile } from './paths.ts'

/** A process that cannot be mistaken for a later one with the same number. */
interface Known {
  pid: number
  started: string
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** When a process started, in ticks since boot; empty when there is none. A zombie counts as none. */
function started(pid: number): string {
  const fields = contentOf(`/proc/${pid}/stat`).replace(/^.*\)/s, '').trim().split(' ')
  return fields[0] === 'Z' ? '' : (fields[19] ?? '')
}

/** Whether there is such a process. */
export function isAlive(pid: number): boolean {
  return started(pid) !== ''
}

/** Writes down a process that this project started, so that any later run can end it. */
export function record(name: string, pid: number): void {
  const known: Known = { pid, started: started(pid) }
  writeFileSync(stateFile(`${name}.pid`), JSON.stringify(known))
}

/** The number of a recorded process, when that very process still runs. */
export function recorded(name: string): number | null {
  const text = contentOf(join(state, `${name}.pid`))
  if (text === '') return null
  const known = JSON.parse(text) as Known
  return known.started !== '' && started(known.pid) === known.started ? known.pid : null
}

/** Forgets a recorded process. */
export function forget(name: string): void {
  rmSync(stateFile(`${name}.pid`), { force: true })
}

/** The children of a process. */
export function childrenOf(pid: number): number[] {
  return contentOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
}

/** Every process of a program whose command line contains this text. */
export function withCommandLine(program: string, text: string): number[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  const commands = pids.map(pid => ({ pid: Number(pid), words: contentOf(`/proc/${pid}/cmdline`).split('\0') }))
  return commands.filter(({ words }) => words[0] === program && words.some(w => w.includes(text))).map(({ pid }) => pid)
}

/** Ends processes at once and waits until they are gone. */
export async function kill(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
  for (let i = 0; i < 100 && pids.some(isAlive); i++) await new Promise(resolve => setTimeout(resolve, 50))
}
