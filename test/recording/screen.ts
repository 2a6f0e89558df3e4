import { type Look, lookAfter, tokensOf } from './ansi.ts'

/** A piece of a line in one look. */
export interface Run {
  /** of its first cell */
  readonly column: number
  readonly cells: number
  readonly text: string
  readonly look: Look
}

interface Cell {
  text: string
  /** 2 for a wide character, whose second cell is empty */
  readonly width: 1 | 2
  readonly look: Look
}

/** A terminal of so many columns that forgets nothing: what scrolls off the top stays. */
export interface Screen {
  write(text: string): void
  /** every line there ever was, from the top, without blanks at the ends */
  lines(): readonly (readonly Run[])[]
  /** the line that the cursor is in */
  row(): number
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const wide = /\p{Emoji_Presentation}|\p{scx=Han}|\p{scx=Hiragana}|\p{scx=Katakana}|\p{scx=Hangul}|[\uff01-\uff60]/u
const joining = /^[\p{M}\p{Cf}]+$/u

interface State {
  readonly columns: number
  readonly rows: (Cell | undefined)[][]
  row: number
  column: number
  look: Look
  /** the beginning of a sequence whose end is still to come */
  rest: string
}

/** As much of a terminal as the recording needs; `write` throws at a sequence that is not known here. */
export function screen(columns: number): Screen {
  const state: State = { columns, rows: [[]], row: 0, column: 0, look: {}, rest: '' }
  return {
    write: text => write(state, text),
    lines: () => state.rows.map(runsOf),
    row: () => state.row,
  }
}

function write(state: State, text: string): void {
  const { tokens, rest } = tokensOf(state.rest + text)
  state.rest = rest
  for (const token of tokens)
    if (token.kind === 'sequence') sequence(state, token.parameters, token.final)
    else if (token.kind === 'control') control(state, token.text)
    else for (const { segment } of graphemes.segment(token.text)) put(state, segment)
}

/** The line that the cursor is in; the terminal grows as far as the cursor goes. */
function lineOf({ rows, row }: State): (Cell | undefined)[] {
  while (rows.length <= row) rows.push([])
  return rows[row] ?? []
}

function put(state: State, text: string): void {
  const before = lineOf(state)[state.column - 1] ?? lineOf(state)[state.column - 2]
  if (joining.test(text) && before) {
    before.text += text
    return
  }
  const width = wide.test(text) ? 2 : 1
  // The cursor stays behind the last column until something more comes.
  if (state.column + width > state.columns) Object.assign(state, { row: state.row + 1, column: 0 })
  const line = lineOf(state)
  line[state.column] = { text, width, look: state.look }
  if (width === 2) line[state.column + 1] = undefined
  state.column += width
}

function control(state: State, text: string): void {
  if (text === '\r') state.column = 0
  else if (text === '\n') state.row += 1
  else if (text === '\b') state.column = Math.max(0, state.column - 1)
  else if (text !== '\x07') throw new Error(`The recording has the control character ${JSON.stringify(text)}.`)
  lineOf(state)
}

function sequence(state: State, parameters: string, final: string): void {
  if (final === 'm') state.look = lookAfter(state.look, parameters)
  else if (final === 'K' || final === 'J') erase(state, parameters, final)
  else if (/[ABCDG]/.test(final)) move(state, Number(parameters) || 1, final)
  // Modes, as to hide the cursor: there is none in the picture.
  else if (!/[hl]/.test(final)) throw new Error(`The recording has ESC[${parameters}${final}, which is not drawn.`)
}

/** ECMA-48, 8.3.22 (up) and what stands beside it. */
function move(state: State, count: number, final: string): void {
  if (final === 'A') state.row = Math.max(0, state.row - count)
  else if (final === 'B') state.row += count
  else if (final === 'C') state.column = Math.min(state.columns - 1, state.column + count)
  else if (final === 'D') state.column = Math.max(0, state.column - count)
  else state.column = count - 1
}

/** `K` erases in the line, `J` below it too (ECMA-48, 8.3.41 and 8.3.39). */
function erase(state: State, parameters: string, final: string): void {
  const line = lineOf(state)
  if (final === 'J' && !/^0?$/.test(parameters))
    throw new Error(`The recording has ESC[${parameters}J, which is not drawn.`)
  if (parameters === '1') line.fill(undefined, 0, state.column + 1)
  else line.splice(parameters === '2' ? 0 : state.column)
  if (final === 'J') state.rows.length = state.row + 1
}

/** The cells of a line, those of one look together; blanks that no look can be seen of part the rest. */
function runsOf(cells: readonly (Cell | undefined)[]): readonly Run[] {
  const runs: Run[] = []
  const isBlank = (cell: Cell | undefined) => cell === undefined || cell.text === ' '
  const end = cells.findLastIndex(cell => !isBlank(cell)) + 1
  for (let column = 0; column < end; column += cells[column]?.width ?? 1) {
    const cell = cells[column] ?? { text: ' ', width: 1, look: {} }
    const last = runs.at(-1)
    if (last && JSON.stringify(last.look) === JSON.stringify(cell.look))
      runs[runs.length - 1] = { ...last, text: last.text + cell.text, cells: last.cells + cell.width }
    else runs.push({ column, cells: cell.width, text: cell.text, look: cell.look })
  }
  return runs.filter(run => run.text.trim() !== '')
}
