import { characters } from '../../src/report/xml.ts'
import type { Film, Shown } from './film.ts'
import { type Palette, palettes } from './palette.ts'
import type { Run } from './screen.ts'

export interface Frame {
  readonly columns: number
  readonly rows: number
  readonly title: string
  readonly description: string
}

const cell = { width: 8.4, height: 17 } as const
const margin = 16

/**
 * The film as one SVG without scripts or other files. Who wants no motion, or has a viewer that shows none, sees what was
 * there at the end of each line, from the top.
 */
export function svgOf(film: Film, { columns, rows, title, description }: Frame): string {
  const [width, height] = [columns * cell.width + 2 * margin, rows * cell.height + 2 * margin]
  const groups = [...Map.groupBy(film.shown, s => `${s.from} ${s.to}`).values()]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${characters(title)}</title>
<desc id="description">${characters(description)}</desc>
<style>
${looks(palettes.light)}
@media (prefers-color-scheme: dark) {
${looks(palettes.dark)}
}
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; white-space: pre; }
.bold { font-weight: bold; }
.gone { opacity: 0; }
@media (prefers-reduced-motion: no-preference) {
${motion(film, groups)}
}
</style>
<rect class="ground" width="${width}" height="${height}" rx="8" />
<svg x="${margin}" y="${margin}" width="${width - margin}" height="${rows * cell.height}">
<g id="paper">
${groups.map(group).join('\n')}
</g>
</svg>
</svg>
`
}

const looks = ({ ground, text, faint, ...named }: Palette): string =>
  [
    `.ground { fill: ${ground}; stroke: ${faint}; }`,
    `text { fill: ${text}; }`,
    `.dim { fill: ${faint}; }`,
    ...Object.entries(named).map(([name, colour]) => `.${name} { fill: ${colour}; }`),
  ].join('\n')

/** A group is all that comes and goes together. */
function group(shown: readonly Shown[], index: number): string {
  const gone = shown[0]?.to === null ? '' : ' class="gone"'
  return `<g id="g${index}"${gone}>\n${shown.map(text).join('\n')}\n</g>`
}

const text = ({ row, runs }: Shown): string =>
  `<text y="${rounded((row + 0.75) * cell.height)}" xml:space="preserve">${runs.map(span).join('')}</text>`

/** Every run says where it begins and how wide it is: columns stay columns in every font. */
function span({ column, cells, text, look }: Run): string {
  const classes = [look.bold && 'bold', look.dim && 'dim', look.colour].filter(Boolean).join(' ')
  const place = `x="${rounded(column * cell.width)}" textLength="${rounded(cells * cell.width)}"`
  return `<tspan ${place}${classes && ` class="${classes}"`}>${characters(text)}</tspan>`
}

const rounded = (value: number): number => Number(value.toFixed(2))

function motion({ scrolls, seconds }: Film, groups: readonly (readonly Shown[])[]): string {
  const at = (second: number) => `${rounded((100 * second) / seconds)}%`
  const play = (id: string, steps: readonly string[]) => [
    `#${id} { animation: ${id} ${rounded(seconds)}s step-end infinite; }`,
    `@keyframes ${id} { ${steps.join(' ')} }`,
  ]
  const paper = scrolls.map(
    ({ at: second, row }) => `${at(second)} { transform: translateY(-${row * cell.height}px); }`,
  )
  return [
    ...play('paper', paper),
    ...groups.flatMap((shown, index) => {
      const [{ from, to } = { from: 0, to: null }] = shown
      const hidden = from > 0 ? ['0% { opacity: 0; }'] : []
      const end = to === null ? [] : [`${at(to)} { opacity: 0; }`]
      return play(`g${index}`, [...hidden, `${at(from)} { opacity: 1; }`, ...end])
    }),
  ].join('\n')
}
