import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import type { Taker } from './lease.ts'

/**
 * This process as the holder of a lock, `bob@desk pid 4711 [0f1e2d3c4b5a6978/88231]`, and what it knows of other holders: gone is only
 * who certainly is, as a process of this very machine that was killed.
 */
export function thisRun(): Taker {
  const machine = thisMachine()
  const started = startOf(process.pid)
  const mark = machine && started ? ` [${machine}/${started}]` : ''
  return { holder: `${who()} pid ${process.pid}${mark}`, isGone: holder => isGone(holder, machine) }
}

/** A holder without what only programs read. */
export const shownHolder = (holder: string): string => holder.replace(marked, ' pid $1')

const marked = / pid (\d+) \[([0-9a-f]{16})\/(\d+)\]$/

/** Pids of other machines, and of other containers on this one, say nothing here. */
function isGone(holder: string, here: string | undefined): boolean {
  const [, pid, machine, started] = marked.exec(holder) ?? []
  if (pid === undefined || machine !== here) return false
  if (!isThere(Number(pid))) return true
  // The pid may be another process's by now.
  const startedNow = startOf(Number(pid))
  return startedNow !== undefined && startedNow !== started
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

function who(): string {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    // A container's user often has no name.
    return hostname()
  }
}

/**
 * Names the space that a pid is one process in: this start of this Linux kernel, and the namespace of pids. Undefined where that cannot
 * be told, as on every other system. Host names are no help: containers share them. Source: man 4 random (boot_id), man 7 pid_namespaces.
 */
function thisMachine(): string | undefined {
  if (process.platform !== 'linux') return undefined
  return unlessUnreadable(() => {
    // Another namespace's /proc would tell of other processes under the same pids.
    if (readlinkSync('/proc/self') !== String(process.pid)) return undefined
    const space = [readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), readlinkSync('/proc/self/ns/pid')]
    return createHash('sha256').update(space.join()).digest('hex').slice(0, 16)
  })
}

/** When a process was started, in clock ticks since the boot. Source: man 5 proc_pid_stat, field 22; the name may have spaces. */
const startOf = (pid: number): string | undefined =>
  unlessUnreadable(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  })

function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
