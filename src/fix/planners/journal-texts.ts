import { type ConfigMapData, type Journal, parseJournal } from '../journal-text.ts'
import type { KubeObject } from '../plan.ts'
import { dataOf } from './config-map.ts'

/** A text that was in use once, and where it is from: goes on after "the Corefile is set to". */
export interface OldText {
  readonly text: string
  readonly from: string
}

/**
 * What earlier runs wrote, or found, under this key of the ConfigMap of this path, the newest first. Journals that cannot be read
 * tell nothing.
 */
export function journalTexts(objects: ReadonlyMap<string, KubeObject>, path: string, key: string): readonly OldText[] {
  const journals = [...objects.values()]
    .filter(o => o.metadata.labels?.['app.kubernetes.io/component'] === 'journal')
    .map(o => parseJournal(o as ConfigMapData))
    .filter(j => typeof j !== 'string')
  const newest = journals.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))
  return newest.flatMap(journal => textsOf(journal, path, key))
}

function textsOf({ id, startedAt, steps }: Journal, path: string, key: string): readonly OldText[] {
  const day = startedAt.slice(0, 10)
  return steps.flatMap(({ change, state }) => {
    if (change.kind !== 'object' || change.path !== path) return []
    // What was taken back had not proved itself.
    const wrote = state === 'applied' ? dataOf(change.after ?? undefined)[key] : undefined
    const found = dataOf(change.before ?? undefined)[key]
    return [
      ...(wrote === undefined ? [] : [{ text: wrote, from: `what fix wrote on ${day} (journal ${id})` }]),
      ...(found === undefined ? [] : [{ text: found, from: `what it was before the fix of ${day} (journal ${id})` }]),
    ]
  })
}
