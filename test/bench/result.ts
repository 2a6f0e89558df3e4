/** What was measured, and the bar that it must not pass. */
export interface Result {
  readonly what: string
  readonly measured: string
  readonly bar: string
  readonly met: boolean
}

/** A line for the terminal. */
export const lineOf = ({ what, measured, bar, met }: Result): string =>
  `${met ? 'met   ' : 'MISSED'}  ${what.padEnd(58)} ${measured.padEnd(30)} bar ${bar}`

/** The results as a table in Markdown, with what they were measured on. */
export function tableOf(results: readonly Result[], on: string): string {
  const rows = results.map(
    ({ what, measured, bar, met }) => `| ${what} | ${measured}${met ? '' : ' (missed)'} | ${bar} |`,
  )
  return ['| what | measured | bar |', '|---|---|---|', ...rows, '', on].join('\n')
}

const [open, close] = ['<!-- bench -->', '<!-- /bench -->']

/** The document with the table between its marks; an error where it has them not, or more than once. */
export function withTable(document: string, table: string): string {
  const [before, rest, ...more] = document.split(open)
  const [, after, ...evenMore] = rest?.split(close) ?? []
  if (before === undefined || after === undefined || more.length + evenMore.length > 0)
    throw new Error(`The document must have ${open} and ${close} behind it, once each.`)
  return `${before}${open}\n${table}\n${close}${after}`
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
