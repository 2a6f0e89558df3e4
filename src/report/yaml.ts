import { stringify } from 'yaml'

/**
 * YAML without line folding, so that `grep` finds whole messages, and without anchors: what is there twice is told twice.
 * Lists are indented as kubectl does it, and long ones are written in parts: the library holds a tree of all that it writes.
 */
export const yamlText = (value: object): string =>
  Object.entries(value)
    .map(([key, part]) => (Array.isArray(part) && part.length > some ? longList(key, part) : text({ [key]: part })))
    .join('')

const some = 100

const text = (value: unknown): string =>
  stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, indentSeq: false })

function longList(key: string, items: readonly unknown[]): string {
  const parts = Array.from({ length: Math.ceil(items.length / some) }, (_, i) => items.slice(i * some, (i + 1) * some))
  return `${key}:\n${parts.map(text).join('')}`
}
