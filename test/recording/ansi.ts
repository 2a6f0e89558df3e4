/** What a terminal is sent: text, a control character, or a control sequence as `ESC [ 2 K` (ECMA-48, 5.4). */
export type Token =
  | { readonly kind: 'text' | 'control'; readonly text: string }
  | { readonly kind: 'sequence'; readonly parameters: string; readonly final: string }

const esc = String.fromCharCode(27)
const bell = String.fromCharCode(7)

const tokenPattern = new RegExp(
  [
    `${esc}\\[(?<parameters>[0-?]*)[ -/]*(?<final>[@-~])`,
    // A title for the window, and which character set: nothing that is drawn.
    `${esc}\\][^${bell}${esc}]*(?:${bell}|${esc}\\\\)`,
    `${esc}[()].`,
    '(?<control>\\p{Cc})',
    '(?<text>\\P{Cc}+)',
  ].join('|'),
  'gu',
)

/** The beginning of a sequence whose end is still to come. */
const unfinished = new RegExp(`${esc}(?:\\[[0-?]*[ -/]*|[()]|\\][^${bell}${esc}]*)?$`)

/** Splits what a terminal is sent; `rest` is to be put before what comes next. */
export function tokensOf(sent: string): { readonly tokens: readonly Token[]; readonly rest: string } {
  const rest = unfinished.exec(sent)?.[0] ?? ''
  const whole = sent.slice(0, sent.length - rest.length)
  const tokens = [...whole.matchAll(tokenPattern)].flatMap(({ groups = {} }): readonly Token[] => {
    const { parameters = '', final, control, text } = groups
    if (final !== undefined) return [{ kind: 'sequence', parameters, final }]
    if (control !== undefined) return [{ kind: 'control', text: control }]
    return text === undefined ? [] : [{ kind: 'text', text }]
  })
  return { tokens, rest }
}

/** How text looks: a colour by its name, and its weight. */
export interface Look {
  readonly colour?: Colour
  readonly bold?: boolean
  readonly dim?: boolean
}

export const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const
export type Colour = (typeof colours)[number]

/** The look after `ESC [ … m` (ECMA-48, 8.3.117). Throws where it asks for what the picture does not draw. */
export const lookAfter = (look: Look, parameters: string): Look =>
  parameters.split(';').reduce<Look>((now, parameter) => after(now, Number(parameter)), look)

function after(look: Look, code: number): Look {
  const { colour, bold, dim } = look
  if (code === 0) return {}
  if (code === 1) return { ...look, bold: true }
  if (code === 2) return { ...look, dim: true }
  if (code === 22) return colour ? { colour } : {}
  if (code === 39) return { ...(bold && { bold }), ...(dim && { dim }) }
  const named = /^[39][0-7]$/.test(String(code)) ? colours[code % 10] : undefined
  if (!named)
    throw new Error(`The recording has ESC[${code}m, which is not drawn; test/recording/ansi.ts knows the others.`)
  return { ...look, colour: named }
}
