const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** All that XML 1.0 §2.2 does not have as a character, also not as a reference: it is replaced. */
const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

const legal = (text: string): string => text.replace(forbidden, '\u{fffd}')

/** A text between tags. A carriage return would be read as a line feed (§2.11). */
export const characters = (text: string): string => legal(text).replace(/[&<>\r]/g, c => escapes[c] ?? c)

/** A text as an attribute's value, with its quotes. White space would be read as blanks (§3.3.3). */
export const attribute = (text: string): string => `"${legal(text).replace(/[&<>"\t\n\r]/g, c => escapes[c] ?? c)}"`
