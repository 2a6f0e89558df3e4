import { ExpectedError } from '../errors.ts'
import type { NodeChoice } from '../options.ts'

/** Far above what Kubernetes supports: who types it has something else in mind. */
const mostNodes = 100_000

/** RFC 1123, as Kubernetes names nodes. */
const nodeName = /^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ (syntax and character set) */
const labelKey = /^(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?\/)?[A-Za-z\d](?:[\w.-]{0,61}[A-Za-z\d])?$/
const labelValue = /^(?:[A-Za-z\d](?:[\w.-]{0,61}[A-Za-z\d])?)?$/

/**
 * The nodes of `--nodes`: a number is a count, `all` is all; words with `=` or `/`, which no name of a node has, are labels;
 * other words are names. Throws an ExpectedError for what is none of these.
 */
export function nodeChoiceFrom(text: string | undefined): NodeChoice {
  if (text === undefined) return { kind: 'default' }
  if (text === 'all') return { kind: 'all' }
  if (/^[+-]?[\d.]+$/.test(text)) return { kind: 'count', count: countFrom(text) }
  const words = text.split(',').map(word => word.trim())
  if (words.includes('')) throw invalid(text, text === '' ? 'says no node' : 'has an empty word')
  return /[=/]/.test(text) ? { kind: 'labels', selector: selectorFrom(words, text) } : namesFrom(words, text)
}

function countFrom(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1) throw invalid(text, 'is no number of nodes')
  if (count > mostNodes) throw invalid(text, 'is more nodes than any cluster has')
  return count
}

function namesFrom(words: readonly string[], text: string): NodeChoice {
  const bad = words.find(word => !nodeName.test(word))
  if (bad !== undefined) throw invalid(text, `cannot be: ${JSON.stringify(bad)} is no name of a node`)
  return { kind: 'names', names: [...new Set(words)] }
}

/** Also `==`, as `kubectl -l` has it. A label without a value may have any. */
function selectorFrom(words: readonly string[], text: string): Readonly<Record<string, string | null>> {
  const pairs = words.map(word => {
    const [, key = '', value = null] = /^([^=]*)(?:==?(.*))?$/.exec(word) ?? []
    if (!labelKey.test(key)) throw invalid(text, `cannot be: ${JSON.stringify(key)} is no label`)
    if (!labelValue.test(value ?? '')) throw invalid(text, `cannot be: ${JSON.stringify(value)} is no value of a label`)
    return [key, value] as const
  })
  const twice = pairs.find(([key], i) => pairs.findIndex(([other]) => other === key) !== i)
  if (twice) throw invalid(text, `names the label ${twice[0]} twice`)
  return Object.fromEntries(pairs)
}

const invalid = (text: string, why: string) =>
  new ExpectedError(`--nodes ${JSON.stringify(text)} ${why}.`, {
    code: 'nodes-invalid',
    hint: 'Write a number, all, names (w1,w2) or labels (pool=gpu,topology.kubernetes.io/zone=a)',
  })
