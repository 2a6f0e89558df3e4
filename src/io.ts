import type { Terminal } from './report/style.ts'

/** Where answers come from. */
export interface Keyboard extends NodeJS.ReadableStream {
  readonly isTTY?: boolean
}

/** The world outside, as values: what a command may write to, when it must stop, and what time it is. */
export interface Io {
  readonly stdout: Terminal & { write(text: string): unknown }
  readonly stderr: Terminal & { write(text: string): unknown }
  /** missing: there is nobody to ask */
  readonly stdin?: Keyboard
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  /** while this work goes on nothing but a second Ctrl-C ends the process: it changes the cluster */
  readonly hold: <T>(work: () => Promise<T>) => Promise<T>
  readonly now: () => Date
  /** the most memory that the process has held, in bytes */
  readonly peakMemory: () => number
}
