import { spawn } from 'node:child_process'
import type { Piece, Recorded } from './film.ts'

export interface Terminal {
  readonly columns: number
  readonly rows: number
  readonly env: Readonly<Record<string, string>>
}

/** A command line, the exit code that it must have, and what is typed where it asks `[y/N]`. */
export interface Played {
  readonly line: string
  readonly code: number
  readonly answer?: string
}

const question = /\[y\/N\] ?$/

/**
 * Runs a command line at a terminal, which util-linux's script makes, and returns what it wrote and when. Throws when it ends
 * otherwise than it must.
 */
export function play({ line, code, answer }: Played, { columns, rows, env }: Terminal): Promise<Recorded> {
  // A terminal that nobody sized is 0 columns wide.
  const sized = `stty cols ${columns} rows ${rows}; ${line}`
  const child = spawn('script', ['-qfec', sized, '/dev/null'], { env: { ...clean(process.env), ...env } })
  const start = performance.now()
  const pieces: Piece[] = []
  const record = (piece: Omit<Piece, 'ms'>) => pieces.push({ ms: performance.now() - start, ...piece })
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    const asks = answer !== undefined && question.test(text)
    record({ text, ...(asks && { asks }) })
    if (asks) child.stdin.write(`${answer}\n`)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', ended => {
      if (ended === code) return resolve({ line, pieces })
      const said = pieces.map(p => p.text).join('')
      reject(new Error(`${line} ended with ${ended}, not ${code}. It wrote:\n${said}`))
    })
  })
}

/** Without what would make a difference from machine to machine. */
function clean({ NO_COLOR, FORCE_COLOR, CI, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' }
}
