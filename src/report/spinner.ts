import type { Ora } from 'ora'
import type { Io } from '../io.ts'

/** Most runs end before anybody would miss a sign of life, and loading ora costs more than they take. */
const delay = 300

export interface Spinner {
  say(text: string): void
  /** writes lines above the spinner, or as they are where there is none */
  note(lines: string): void
  /** leaves the terminal to somebody else until the next `say` */
  pause(): void
  end(): void
}

/** Shows a spinner on stderr once something takes longer; only on a terminal. */
export const spinner = (first: string, io: Io): Spinner => (isTerminal(io) ? turning(first, io) : silent(io))

/** A terminal may say that it is 0 columns wide (a pty that nobody sized): ora would divide by it and never return. */
const isTerminal = ({ stderr, env }: Io): boolean =>
  stderr.isTTY === true && Boolean(stderr.columns) && env.TERM !== 'dumb'

function turning(first: string, io: Io): Spinner {
  let shown: Ora | undefined
  let text = first
  let ended = false
  const timer = setTimeout(async () => {
    const { default: ora } = await import('ora')
    if (ended) return
    shown = ora({ text, stream: io.stderr as NodeJS.WriteStream, discardStdin: false }).start()
  }, delay)
  return {
    say: next => {
      text = next
      if (!shown) return
      shown.text = next
      if (!shown.isSpinning) shown.start()
    },
    pause: () => shown?.stop(),
    note: lines => {
      shown?.clear()
      io.stderr.write(lines)
      shown?.render()
    },
    end: () => {
      ended = true
      clearTimeout(timer)
      shown?.stop()
    },
  }
}

const silent = (io: Io): Spinner => ({
  say: () => undefined,
  pause: () => undefined,
  note: lines => io.stderr.write(lines),
  end: () => undefined,
})
