export type Position = { readonly file: string; readonly line: number; readonly column: number }

/** A Corefile that CoreDNS cannot read. `message` starts with `file:line:column: `, the file by its own name. */
export class CorefileError extends Error {
  override readonly name = 'CorefileError'
  readonly file: string
  readonly line: number
  readonly column: number

  constructor(reason: string, at: Position) {
    super(`${at.file.slice(at.file.lastIndexOf('/') + 1)}:${at.line}:${at.column}: ${reason}`)
    this.file = at.file
    this.line = at.line
    this.column = at.column
  }
}
