/**
 * One word of a Corefile. `text` is what CoreDNS reads: quotes and escapes undone, environment variables replaced where
 * their value is known. `raw` is what is written, `before` the white space and comments between it and the word before.
 * `start` and `end` are string indices into the text of `file`; `line` and `column` count from 1.
 */
export type Token = {
  readonly text: string
  readonly raw: string
  readonly before: string
  readonly quoted: boolean
  /** Environment variables named in `text` whose value is not known. */
  readonly env: readonly string[]
  readonly file: string
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
}

/** One file as written: every byte is in a token's `before` or `raw`, or in `after`, which follows the last token. */
export type Source = {
  readonly file: string
  readonly text: string
  readonly tokens: readonly Token[]
  readonly after: string
}

/** One `import` line and what it stood for. `from` is the import through which the line itself came in. */
export type Import = {
  readonly keyword: Token
  readonly target: Token
  readonly kind: 'snippet' | 'files' | 'unresolved'
  /** The files that a path or pattern matched, in the order CoreDNS reads them; a pattern may match none. */
  readonly files: readonly string[]
  readonly from: Import | null
}

/** A plugin, or an option inside a plugin's braces. `start` and `end` are offsets in the file of `name`. */
export type Directive = {
  readonly name: Token
  readonly args: readonly Token[]
  readonly block: readonly Directive[] | null
  readonly open: Token | null
  readonly close: Token | null
  /** What CoreDNS reads as belonging to this plugin although it stands after it: `cache { … } errors`. */
  readonly extra: readonly Directive[]
  readonly start: number
  readonly end: number
  readonly from: Import | null
}

export type Zone = {
  readonly transport: string
  /** Lower case, with the trailing dot. */
  readonly zone: string
  readonly port: string
  readonly key: Token
}

/** `open` and `close` are null for the form without braces, which runs to the end of the file. */
export type ServerBlock = {
  readonly keys: readonly Token[]
  readonly zones: readonly Zone[]
  readonly directives: readonly Directive[]
  readonly open: Token | null
  readonly close: Token | null
  readonly start: number
  readonly end: number
  readonly from: Import | null
}

export type Snippet = {
  readonly name: string
  readonly key: Token
  readonly open: Token
  readonly close: Token
  readonly tokens: readonly Token[]
}

/** The text as it is written, imports not expanded; `body` of a snippet and `directives` of a block may hold `import`. */
export type Statement =
  | { readonly kind: 'import'; readonly directive: Directive }
  | { readonly kind: 'snippet'; readonly snippet: Snippet; readonly body: readonly Directive[] }
  | { readonly kind: 'block'; readonly block: ServerBlock }

export type Corefile = {
  readonly text: string
  readonly source: Source
  /** Server blocks as CoreDNS sees them, imports expanded; each token says which file it stands in. */
  readonly blocks: readonly ServerBlock[]
  readonly snippets: readonly Snippet[]
  readonly imports: readonly Import[]
  readonly statements: readonly Statement[]
  /** The main file first, then every file that was imported. */
  readonly sources: readonly Source[]
}

export type ParseOptions = {
  /** Where the text stands in the DNS Pod; `import` is relative to its directory. Default `/etc/coredns/Corefile`. */
  readonly path?: string
  /** Path → text of the files an `import` may find. Without it nothing is known and such imports stay `unresolved`. */
  readonly files?: ReadonlyMap<string, string>
  /** Value of an environment variable of the DNS container; undefined when it is not known, '' when it is not set. */
  readonly env?: (name: string) => string | undefined
  /** Port of a key that names none: CoreDNS' `-dns.port`. Default 53. */
  readonly port?: string
}
