import type { Io } from '../io.ts'

/** Most runs end before anybody would miss a sign of life, and loading ora costs more than they take. */
const delay = 300

/** Shows a spinner on stderr once something takes longer; only on a terminal. Returns the function that ends it. */
export function spinner(text: string, io: Io): () => void {
  if (io.stderr.isTTY !== true || io.env.TERM === 'dumb') return () => undefined
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
