import { PassThrough } from 'node:stream'
import type { Io, Keyboard } from '../src/io.ts'
import { takenAt } from './fixtures.ts'

interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
  /** what comes from the keyboard, which ends after it */
  readonly typed?: string
  /** the keyboard does not end */
  readonly keepsTyping?: boolean
  readonly signal?: AbortSignal
}

export interface MemoryIo extends Io {
  readonly out: () => string
  readonly err: () => string
}

/** An Io that keeps what is written. Without arguments it is a pipe, 120 columns wide, without colour and without an answer. */
export function memoryIo(terminal: Terminal = {}): MemoryIo {
  const { isTTY = false, columns = 120, env = {}, typed = '' } = terminal
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
    stdin: keyboard(typed, isTTY, terminal.keepsTyping === true),
    signal: terminal.signal ?? new AbortController().signal,
    hold: work => work(),
    now: () => new Date(takenAt),
    peakMemory: () => 50_000_000,
    out: () => written.out,
    err: () => written.err,
  }
}

function keyboard(typed: string, isTTY: boolean, goesOn: boolean): Keyboard {
  const stream = new PassThrough()
  stream.write(typed)
  if (!goesOn) stream.end()
  return Object.assign(stream, { isTTY })
}
