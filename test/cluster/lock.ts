import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { ClusterError } from './errors.ts'

/**
 * Holds a lock file while the work is done. The kernel keeps the lock for a `cat` that ends with this process, however
 * that ends: a killed run leaves nothing stale behind.
 */
export async function locked<T>(file: string, what: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true })
  const release = await take(file, what)
  try {
    return await work()
  } finally {
    release()
  }
}

function take(file: string, what: string): Promise<() => void> {
  const holder = spawn('flock', ['--wait', '5400', file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const waiting = setTimeout(() => process.stderr.write(`Waiting for another run that ${what} ...\n`), 2000)
  return new Promise((resolve, reject) => {
    holder.once('error', reject)
    holder.stdout.once('data', () => {
      clearTimeout(waiting)
      resolve(() => holder.stdin.end())
    })
    holder.once('exit', () => reject(new ClusterError(`Another run that ${what} does not end.`, `It holds ${file}.`)))
  })
}
