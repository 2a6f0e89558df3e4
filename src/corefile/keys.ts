import { endOfFile, readDirective } from './body.ts'
import { CorefileError } from './error.ts'
import { type Context, expandImport } from './imports.ts'
import { advance, current, type Item, is, onNewLine } from './stream.ts'

/**
 * The keys of a block; the current word is then the one after them. A comma at the end of a key lets the list go on in
 * the next line. `ended` when the file stops there.
 */
export function readKeys(context: Context): { keys: Item[]; ended: boolean } {
  const keys: Item[] = []
  let item = keyOrBrace(context)
  while (item && !is(item, '{')) {
    // Quotes with nothing between them are no key.
    if (item.token.text !== '') keys.push(item)
    if (!advance(context.stream)) item = undefined
    else if (!goesOn(keys) && onNewLine(context.stream)) return { keys, ended: false }
    else item = keyOrBrace(context)
  }
  if (!goesOn(keys)) return { keys, ended: item === undefined }
  if (item) throw new CorefileError('a server name is expected after the comma, not {', item.token)
  throw endOfFile(context.stream, 'a server name is expected after the comma, but the file ends')
}

function goesOn(keys: readonly Item[]): boolean {
  return keys.at(-1)?.token.text.endsWith(',') ?? false
}

/** The current word, once the imports that begin here are done. */
function keyOrBrace(context: Context): Item | undefined {
  let item = current(context.stream)
  while (item && is(item, 'import') && onNewLine(context.stream)) {
    if (context.written) context.written.push({ kind: 'import', directive: readDirective(context, item) })
    else expandImport(context)
    item = advance(context.stream)
  }
  return item
}
