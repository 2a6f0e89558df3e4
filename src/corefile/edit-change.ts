/** `text` goes in the place of what stands from `start` to `end`, both string indices. */
export type Change = { readonly start: number; readonly end: number; readonly text: string }

/** Why a Corefile is left as it is: a sentence without its full stop. */
export type Refused = { readonly refused: string }

/** What is to be done to one Corefile, or why it is not done. */
export type Step = { readonly changes: readonly Change[]; readonly notes: readonly string[] } | Refused

export const nothing: Step = { changes: [], notes: [] }

export function insertion(at: number, text: string): Change {
  return { start: at, end: at, text }
}

/** The text with all changes made, which must not overlap; of two at one place the first comes first. */
export function applied(text: string, changes: readonly Change[]): string {
  const inOrder = changes.toSorted((a, b) => a.start - b.start)
  const parts = inOrder.map(({ start, text: put }, at) => text.slice(inOrder[at - 1]?.end ?? 0, start) + put)
  return parts.join('') + text.slice(inOrder.at(-1)?.end ?? 0)
}

/** All steps as one; the first refusal is the refusal of all. */
export function together(steps: readonly Step[]): Step {
  const made = steps.flatMap(step => ('refused' in step ? [] : [step]))
  const refusal = steps.find(step => 'refused' in step)
  const notes = new Set(made.flatMap(step => step.notes))
  return refusal ?? { changes: made.flatMap(step => step.changes), notes: [...notes] }
}
