import type { Io } from '../io.ts'

/** Most runs end before anybody would miss a sign of life, and loading ora costs more than they take. */
const delay = 300

/** Shows a spinner on stderr once something takes longer; only on a terminal. Returns the function that ends it. */
export function spinner(text: string, io: Io): () => void {
  // A terminal may say that it is 0 columns wide (a pty that nobody sized): ora would divide by it and never return.
  if (io.stderr.isTTY !== true || !io.stderr.columns || io.env.TERM === 'dumb') return () => undefined
  let end: (() => void) | undefined
  let ended = false
  const timer = setTimeout(async () => {
    const { default: ora } = await import('ora')
    if (ended) return
    const shown = ora({ text, stream: io.stderr as NodeJS.WriteStream, discardStdin: false }).start()
    end = () => shown.stop()
  }, delay)
  return () => {
    ended = true
    clearTimeout(timer)
    end?.()
  }
}
