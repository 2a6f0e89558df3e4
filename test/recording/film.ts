import { type Run, type Screen, screen } from './screen.ts'

/** What a command wrote at a terminal, piece by piece. */
export interface Recorded {
  readonly line: string
  readonly pieces: readonly Piece[]
}

export interface Piece {
  /** since the command was started */
  readonly ms: number
  readonly text: string
  /** a person is asked here, and reads what is on the screen first */
  readonly asks?: boolean
}

/** A line of the picture for as long as it stands there; seconds since the beginning, `to` null for ever. */
export interface Shown {
  readonly row: number
  readonly runs: readonly Run[]
  readonly from: number
  to: number | null
}

export interface Film {
  readonly shown: readonly Shown[]
  /** which line is the uppermost from when on */
  readonly scrolls: readonly { readonly at: number; readonly row: number }[]
  readonly seconds: number
}

/** Nobody wants to watch a program wait, and everybody wants to read what it said. */
const pace = { word: 0.35, longestWait: 0.6, reading: 5 } as const

/** What is written within so many milliseconds is one picture. */
const together = 100

interface Camera {
  readonly terminal: Screen
  readonly rows: number
  readonly shown: Shown[]
  readonly scrolls: { at: number; row: number }[]
  now: number
  /** the line where the command begins */
  top: number
}

/** Makes a film of commands that were run one after the other, in a window of `rows` lines; a command begins at its top. */
export function filmOf(commands: readonly Recorded[], size: { columns: number; rows: number }): Film {
  const terminal = screen(size.columns)
  const camera: Camera = { terminal, rows: size.rows, shown: [], scrolls: [{ at: 0, row: 0 }], now: 0, top: 0 }
  for (const { line, pieces } of commands) {
    camera.top = terminal.row()
    scrollTo(camera, camera.top)
    for (const word of ['$', ...line.split(' ').map(word => ` ${word}`)]) {
      terminal.write(word)
      look(camera)
      camera.now += pace.word
    }
    terminal.write('\r\n')
    watch(camera, merged(pieces))
    terminal.write('\r\n')
    camera.now += pace.reading
  }
  return { shown: camera.shown, scrolls: camera.scrolls, seconds: camera.now }
}

function watch(camera: Camera, pieces: readonly Piece[]): void {
  let before = 0
  for (const { ms, text, asks } of pieces) {
    camera.terminal.write(text)
    const then = camera.now
    camera.now += Math.min((ms - before) / 1000, pace.longestWait)
    if (look(camera)) before = ms
    else camera.now = then
    if (asks) camera.now += pace.reading
  }
}

/** Shows what is on the terminal, true when it is something new. What does not fit is read from its top first. */
function look(camera: Camera): boolean {
  const { terminal, shown, rows, scrolls } = camera
  const isNew = expose(shown, terminal.lines(), camera.now)
  const bottom = Math.max(camera.top, terminal.row() + 1 - rows)
  if (bottom - (scrolls.at(-1)?.row ?? 0) > 3) camera.now += pace.reading
  scrollTo(camera, bottom)
  return isNew
}

function scrollTo({ scrolls, now }: Camera, row: number): void {
  if (row !== scrolls.at(-1)?.row) scrolls.push({ at: now, row })
}

/** Ends what is not on the screen any more and begins what is new; true when something did. */
function expose(shown: Shown[], lines: readonly (readonly Run[])[], now: number): boolean {
  const standing = new Map(shown.filter(s => s.to === null).map(s => [s.row, s]))
  let isNew = false
  const rows = Math.max(lines.length, ...[...standing.keys()].map(row => row + 1))
  for (let row = 0; row < rows; row++) {
    const [old, runs] = [standing.get(row), lines[row] ?? []]
    if (looksOf(old?.runs ?? []) === looksOf(runs)) continue
    if (old) old.to = now
    if (runs.length > 0) shown.push({ row, runs, from: now, to: null })
    isNew = true
  }
  return isNew
}

/** A spinner that turns is no news: it stands still in the film. */
const looksOf = (runs: readonly Run[]): string => JSON.stringify(runs).replace(/[\u2800-\u28ff]/g, '\u28ff')

function merged(pieces: readonly Piece[]): readonly Piece[] {
  const all: Piece[] = []
  for (const piece of pieces) {
    const last = all.at(-1)
    if (last && !last.asks && piece.ms - last.ms < together)
      all[all.length - 1] = { ...last, ...piece, ms: last.ms, text: last.text + piece.text }
    else all.push(piece)
  }
  return all
}
