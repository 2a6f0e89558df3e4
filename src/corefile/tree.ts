import { type Item, is, sameLine } from './stream.ts'
import type { Directive, Import, Token } from './types.ts'

type Draft = {
  name: Token
  args: Token[]
  block: Draft[] | null
  open: Token | null
  close: Token | null
  extra: Draft[]
  start: number
  end: number
  from: Import | null
}

/**
 * The tree of one plugin out of the words that CoreDNS counts as its own: `forward . 10.0.0.1 { … }`. The first word is
 * the name; what stands after the plugin is complete goes to `extra`. Written as a loop so that depth costs no stack.
 */
export function directiveOf(items: readonly Item[]): Directive | null {
  const root: Draft[] = []
  const open: Draft[] = []
  let before: Item | undefined
  for (const item of items) {
    const list = open.at(-1)?.block ?? root
    if (is(item, '{')) open.push(opened(list, item))
    else if (is(item, '}') && open.length > 0) closed(open, item.token)
    else if (isArgument(before, item)) addArgument(list, item.token)
    else list.push(draft(item))
    before = item
  }
  const [directive, ...extra] = root
  if (!directive) return null
  directive.extra = extra
  return directive
}

function isArgument(before: Item | undefined, item: Item): boolean {
  return before !== undefined && !is(before, '{') && !is(before, '}') && sameLine(before.token, item.token)
}

function draft({ token, from }: Item): Draft {
  const { start, end } = token
  return { name: token, args: [], block: null, open: null, close: null, extra: [], start, end, from }
}

function addArgument(list: Draft[], token: Token): void {
  const last = list.at(-1)
  if (!last) return
  last.args.push(token)
  if (token.file === last.name.file) last.end = token.end
}

// A brace with nothing to belong to stands as a name of its own, so that no word is lost.
function opened(list: Draft[], item: Item): Draft {
  const last = list.at(-1)
  const owner = last && !last.block ? last : draft(item)
  if (owner !== last) list.push(owner)
  owner.block = []
  owner.open = item.token
  return owner
}

function closed(open: Draft[], token: Token): void {
  const owner = open.pop()
  if (!owner) return
  owner.close = token
  if (token.file === owner.name.file) owner.end = token.end
}
