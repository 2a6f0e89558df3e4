/** An element of an XML document, with what stands in it put together. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

interface Open extends Element {
  readonly children: Element[]
  text: string
}

const token = /<\?xml [^?]*\?>|<(\/?)([A-Za-z_][\w.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy
const character = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Reads the XML that a report may have: elements, attributes, text, no comments, sections or declarations. Throws for all that
 * XML 1.0 does not call well-formed.
 */
export function parseXml(source: string): Element {
  if (!character.test(source)) throw new Error('a character that XML 1.0 does not have')
  const top: Open = { name: '', attributes: {}, children: [], text: '' }
  const open = [top]
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const at = token.lastIndex
    const match = token.exec(source)
    if (!match) throw new Error(`not well-formed at ${JSON.stringify(source.slice(at, at + 60))}`)
    take(match, open)
  }
  const [root, ...more] = top.children
  if (open.length > 1 || !root || more.length > 0 || top.text.trim() !== '') throw new Error('not one closed element')
  return root
}

function take([, closes, name, attributes = '', closed, text]: RegExpExecArray, open: Open[]): void {
  const last = open.at(-1) as Open
  if (text !== undefined) last.text += plain(text)
  if (name === undefined) return
  if (closes) {
    if (last.name !== name || attributes !== '' || closed) throw new Error(`</${name}> closes <${last.name}>`)
    open.pop()
    return
  }
  const element: Open = { name, attributes: attributesOf(attributes), children: [], text: '' }
  last.children.push(element)
  if (!closed) open.push(element)
}

function attributesOf(source: string): Readonly<Record<string, string>> {
  const all = [...source.matchAll(/([\w:.-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value] as const)
  if (new Set(all.map(([name]) => name)).size < all.length) throw new Error(`an attribute twice: ${source}`)
  // White space becomes a blank, unless it is written as a reference (XML 1.0 §3.3.3).
  return Object.fromEntries(all.map(([name, value]) => [name, plain(value.replace(/[\t\n\r]/g, ' '))]))
}

const plain = (text: string): string =>
  text.replace(/&(?:#(\d+)|(\w+));|&/g, (reference, code: string | undefined, name: string | undefined) => {
    const value = code ? String.fromCodePoint(Number(code)) : named[name ?? '']
    if (value === undefined || !character.test(value)) throw new Error(`${reference} is no reference`)
    return value
  })
