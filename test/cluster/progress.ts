/** Wraps a piece of work, so that somebody can watch it. */
export type Progress = <T>(label: string, work: () => Promise<T>) => Promise<T>

/** What progress is written to. */
export interface Out {
  isTTY?: boolean | undefined
  write(text: string): unknown
}

/** Says nothing. */
export const quiet: Progress = (_label, work) => work()

/** 7 s, 2 min 05 s: as a person would say it. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/** "[3/14] kube-proxy": which part, how many of how many. */
export function counted(name: string, index: number, total: number): string {
  return `[${String(index + 1).padStart(String(total).length)}/${total}] ${name}`
}

/** On a terminal one living line, elsewhere a line when a part is done and a sign of life every 30 seconds. */
export function progressOn(out: Out, now: () => number = Date.now): Progress {
  return async (label, work) => {
    const start = now()
    const time = () => elapsed(now() - start)
    const timer = out.isTTY
      ? setInterval(() => out.write(`\r\x1b[K${label} ... ${time()}`), 500)
      : setInterval(() => out.write(`${label} ... ${time()} so far\n`), 30_000)
    if (out.isTTY) out.write(`${label} ...`)
    try {
      const result = await work()
      out.write(`${out.isTTY ? '\r\x1b[K' : ''}${label}: ${time()}\n`)
      return result
    } catch (error) {
      out.write(`${out.isTTY ? '\r\x1b[K' : ''}${label}: failed after ${time()}\n`)
      throw error
    } finally {
      clearInterval(timer)
    }
  }
}
