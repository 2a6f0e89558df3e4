import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { filmOf } from './film.ts'
import { palettes } from './palette.ts'
import { svgOf } from './svg.ts'

const test = suite('the picture of the recording')

const size = { columns: 40, rows: 10 }
const svgFor = (...texts: readonly string[]) =>
  svgOf(filmOf([{ line: 'run', pieces: texts.map((text, i) => ({ ms: i * 200, text })) }], size), {
    ...size,
    title: 'A & B',
    description: 'what <it> shows',
  })

test('it says what it is to who does not see it', () => {
  const svg = svgFor('x')
  assert.match(svg, /role="img" aria-labelledby="title description"/)
  assert.match(svg, '<title id="title">A &amp; B</title>')
  assert.match(svg, '<desc id="description">what &lt;it&gt; shows</desc>')
})

test('odd characters come through, those that XML does not have do not', () => {
  const svg = svgFor('a<b> & "c" ✗ 漢 \u{1f600}\uffff')
  assert.match(svg, 'a&lt;b&gt; &amp; "c" ✗ 漢 \u{1f600}\ufffd')
  assert.not.match(svg, /(?!\n)\p{Cc}|\uffff/u)
})

test('every run stands in its column, in its colours', () => {
  const svg = svgFor('ab  \x1b[31m\x1b[1mno\x1b[0m')
  assert.match(
    svg,
    '<tspan x="0" textLength="33.6">ab  </tspan><tspan x="33.6" textLength="16.8" class="bold red">no</tspan>',
  )
})

test('what goes again is hidden where nothing moves, what stays is not', () => {
  const svg = svgFor('first', '\r\x1b[2Klast')
  const groups = [...svg.matchAll(/<g id="(g\d+)"([^>]*)>\n(.*?)\n<\/g>/gs)]
  const groupOf = (text: string) => groups.find(([, , , inside = '']) => inside.includes(`>${text}<`))
  assert.is(groupOf('first')?.[2], ' class="gone"')
  assert.is(groupOf('last')?.[2], '')
  assert.match(
    svg,
    new RegExp(
      `@keyframes ${groupOf('first')?.[1]} \\{ 0% \\{ opacity: 0; \\} [\\d.]+% \\{ opacity: 1; \\} [\\d.]+% \\{ opacity: 0; \\} \\}`,
    ),
  )
  assert.match(
    svg,
    new RegExp(`@keyframes ${groupOf('last')?.[1]} \\{ 0% \\{ opacity: 0; \\} [\\d.]+% \\{ opacity: 1; \\} \\}`),
  )
})

test('it moves only where motion is welcome, and needs nothing else', () => {
  const svg = svgFor('x')
  assert.ok(svg.indexOf('animation:') > svg.indexOf('prefers-reduced-motion: no-preference'))
  assert.not.match(svg, /<script|<image|@import|url\(|href|\bon\w+=/)
  assert.equal(svg.match(/https?:[^"]*/g), ['http://www.w3.org/2000/svg'])
})

/** WCAG 2.2, "relative luminance" and "contrast ratio". */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

for (const [name, { ground, ...colours }] of Object.entries(palettes))
  test(`every colour is read on ${name} ground`, () => {
    for (const [use, colour] of Object.entries(colours)) {
      const [dark = 0, bright = 0] = [luminance(ground), luminance(colour)].sort((a, b) => a - b)
      const contrast = (bright + 0.05) / (dark + 0.05)
      assert.ok(contrast >= 4.5, `${use} ${colour}: ${contrast.toFixed(2)}`)
    }
  })

test.run()
