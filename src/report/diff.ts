/** One line of a text, its line end included, that was kept, taken away or put in. */
interface Edit {
  readonly sign: ' ' | '-' | '+'
  readonly line: string
}

const context = 3

/**
 * What makes `after` of `before`, as a unified diff (GNU diffutils, "Detailed Description of Unified Format"), without line ends.
 * `name` stands in both heads. No lines when the texts are the same.
 */
export function unifiedDiff(before: string, after: string, name: string): readonly string[] {
  const hunks = diffHunks(before, after)
  return hunks.length === 0 ? [] : [`--- ${name}`, `+++ ${name}`, ...hunks]
}

/** The same without the heads. */
export function diffHunks(before: string, after: string): readonly string[] {
  const edits = editsBetween(linesOf(before), linesOf(after))
  const isShown = (at: number) => edits.slice(Math.max(0, at - context), at + context + 1).some(e => e.sign !== ' ')
  const starts = edits.flatMap((_, i) => (isShown(i) && (i === 0 || !isShown(i - 1)) ? [i] : []))
  return starts.flatMap(start => {
    const end = edits.findIndex((_, i) => i > start && !isShown(i))
    return hunk(edits.slice(0, start), edits.slice(start, end < 0 ? edits.length : end))
  })
}

const linesOf = (text: string): readonly string[] => text.split(/(?<=\n)/).filter(line => line !== '')

function hunk(earlier: readonly Edit[], edits: readonly Edit[]): readonly string[] {
  const range = (other: '-' | '+') => {
    const size = edits.filter(e => e.sign !== other).length
    const start = earlier.filter(e => e.sign !== other).length
    return `${size === 0 ? start : start + 1},${size}`
  }
  return [`@@ -${range('+')} +${range('-')} @@`, ...edits.flatMap(written)]
}

const written = ({ sign, line }: Edit): readonly string[] =>
  line.endsWith('\n') ? [`${sign}${line.slice(0, -1)}`] : [`${sign}${line}`, '\\ No newline at end of file']

/** The fewest edits between what the texts begin and end with in common. */
function editsBetween(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const most = Math.min(before.length, after.length)
  const head = countWhile(most, i => before[i] === after[i])
  const tail = countWhile(most - head, i => before.at(-1 - i) === after.at(-1 - i))
  const kept = (lines: readonly string[]) => lines.map(line => ({ sign: ' ', line }) as const)
  return [
    ...kept(before.slice(0, head)),
    ...fewest(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...kept(before.slice(before.length - tail)),
  ]
}

function countWhile(most: number, holds: (i: number) => boolean): number {
  let i = 0
  while (i < most && holds(i)) i++
  return i
}

/** Beyond so many pairs of lines they are not compared: all of the one text goes, all of the other comes. */
const mostPairs = 4_000_000

/** The way through the table of longest common parts; of two equally short ways the one that takes away first. */
function fewest(before: readonly string[], after: readonly string[]): readonly Edit[] {
  if (before.length * after.length > mostPairs)
    return [...before.map(line => ({ sign: '-', line }) as const), ...after.map(line => ({ sign: '+', line }) as const)]
  const common = commonLengths(before, after)
  const edits: Edit[] = []
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    const [own, other] = [before[i], after[j]]
    if (own !== undefined && own === other) {
      edits.push({ sign: ' ', line: own })
      i++
      j++
    } else if (own !== undefined && (other === undefined || common(i + 1, j) >= common(i, j + 1))) {
      edits.push({ sign: '-', line: own })
      i++
    } else {
      edits.push({ sign: '+', line: other ?? '' })
      j++
    }
  }
  return edits
}

/** How many lines `before` from `i` on and `after` from `j` on have in common, in order. */
function commonLengths(before: readonly string[], after: readonly string[]): (i: number, j: number) => number {
  const width = after.length + 1
  // The shorter text has at most 2,000 lines here, so 16 bits hold every length.
  const lengths = new Uint16Array((before.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  return at
}
