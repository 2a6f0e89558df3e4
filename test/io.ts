import type { Io } from '../src/io.ts'
import { takenAt } from './fixtures.ts'

interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
}

export interface MemoryIo extends Io {
  readonly out: () => string
  readonly err: () => string
}

/** An Io that keeps what is written. Without arguments it is a pipe, 120 columns wide and without colour. */
export function memoryIo({ isTTY = false, columns = 120, env = {} }: Terminal = {}): MemoryIo {
  const written = { out: '', err: '' }
  const into = (stream: keyof typeof written) => ({
    isTTY,
    columns,
    write: (text: string) => {
      written[stream] += text
    },
  })
  return {
    stdout: into('out'),
    stderr: into('err'),
    env,
    signal: new AbortController().signal,
    now: () => new Date(takenAt),
    peakMemory: () => 50_000_000,
    out: () => written.out,
    err: () => written.err,
  }
}
