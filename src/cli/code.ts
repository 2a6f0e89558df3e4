import { type Code, catalog, codes } from '../catalog.ts'
import { ExpectedError } from '../errors.ts'
import { nearest } from '../kube/choose.ts'

/** A code by its number or its name, in small or capital letters. Throws an ExpectedError with the nearest one for any other text. */
export function codeFrom(text: string): Code {
  const wanted = text.toLowerCase()
  const code = codes.find(c => c.toLowerCase() === wanted || catalog[c].name.toLowerCase() === wanted)
  if (code) return code
  const close = nearest(text, [...codes, ...codes.map(c => catalog[c].name)])
  throw new ExpectedError(`There is no code ${JSON.stringify(text)}.`, {
    code: 'code-unknown',
    hint: `${close ? `Did you mean ${close}? ` : ''}All codes: kubectl dnsfix explain`,
  })
}
