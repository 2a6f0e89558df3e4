import type { Corefile, Source } from './types.ts'

/** The text of a Corefile, put together again from its words and what stands between them: the same bytes. */
export function printCorefile(corefile: Corefile): string {
  return printSource(corefile.source)
}

/** The same for one file, the Corefile or one that it imports. */
export function printSource(source: Source): string {
  return source.tokens.map(token => token.before + token.raw).join('') + source.after
}
