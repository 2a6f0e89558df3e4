import { type EditOptions, setForward } from '../../src/corefile/edit.ts'

export const two = ['10.0.0.53', '10.0.0.54:5353']

/** The edited text and its notes; a refusal fails the test. */
export function edit(text: string, upstreams: readonly string[] = two, options?: EditOptions) {
  const made = setForward(text, upstreams, options)
  if ('refused' in made) throw new Error(made.refused)
  return made
}

/** Why the text is not edited. */
export function refusal(text: string, upstreams: readonly string[] = two, options?: EditOptions): string {
  const made = setForward(text, upstreams, options)
  return 'refused' in made ? made.refused : `not refused: ${made.text}`
}
