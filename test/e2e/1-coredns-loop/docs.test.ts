import { delimiter, dirname } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import * as assert from 'uvu/assert'
import { kubeconfigPath, kubectlPath } from '../../cluster/cluster.ts'
import { play } from '../../recording/terminal.ts'
import { installed, testWith } from '../../skip.ts'
import { type Line, linesOf } from '../documented.ts'
import { checkUntil } from '../faults.ts'
import { contentOf, leavingSoon } from '../fix.ts'
import { binary, codesIn, onVariant } from '../tool.ts'

const variant = 'coredns-loop'
const test = onVariant(variant, 'the commands of the documents that change something')

/** Types a line at a terminal, says yes where it asks, and returns what stands there then. Rejects when it does not end well. */
async function type({ words }: Line): Promise<string> {
  const path = [dirname(binary), dirname(kubectlPath()), process.env.PATH].join(delimiter)
  const env = { KUBECONFIG: kubeconfigPath(), PATH: path }
  const { pieces } = await play(
    { line: `kubectl dnsfix ${words.join(' ')}`, code: 0, answer: 'y' },
    { columns: 120, rows: 40, env },
  )
  return stripVTControlCharacters(pieces.map(piece => piece.text).join(''))
}

const isDry = ({ words }: Line): boolean => words.some(word => word.startsWith('--dry-run'))
const isList = ({ words }: Line): boolean => words.includes('--list')
const fixes = linesOf('fix').filter(({ words }) => !words.includes('--help'))
const undos = linesOf('undo')
const takingBack = undos.filter(line => !isList(line))

testWith(test, [installed('script', 'bsdutils')], 'plan, repair and take back as it is written there', () =>
  leavingSoon(variant, async () => {
    const before = await contentOf('coredns')
    assert.ok(fixes.length > 5 && takingBack.length > 1)
    for (const line of fixes.filter(isDry)) assert.match(await type(line), /forward/, line.at)
    for (const [i, line] of fixes.filter(each => !isDry(each)).entries()) {
      await checkUntil('the fault to show', report => codesIn(report).includes('DNS301'))
      assert.match(await type(line), /✓ Repaired: /, line.at)
      const back = takingBack[i % takingBack.length] as Line
      assert.match(await type(back), /✓ Taken back: /, back.at)
      assert.is(await contentOf('coredns'), before, line.at)
    }
    for (const line of undos.filter(isList)) assert.match(await type(line), /undone/, line.at)
  }),
)

test.run()
