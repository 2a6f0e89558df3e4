const forms = [
  ['{%', '%}'],
  ['{$', '}'],
] as const

// A value may name another variable, as in CoreDNS; one that names itself would never end there.
const rounds = 100

/**
 * Replaces `{%NAME%}` and then `{$NAME}` as CoreDNS does (caddyfile/parse.go). What `lookup` does not know stays as it is
 * written and is listed in `env`.
 */
export function replaceEnv(
  text: string,
  lookup: (name: string) => string | undefined,
): { text: string; env: string[] } {
  const env = new Set<string>()
  let result = text
  for (const [open, close] of forms) {
    let from = 0
    for (let round = 0; round < rounds; round++) {
      const found = reference(result, open, close, from)
      if (!found) break
      const value = lookup(found.name)
      if (value === undefined) {
        env.add(found.name)
        from = found.end
      } else {
        result = result.replaceAll(result.slice(found.start, found.end), () => value)
      }
    }
  }
  return { text: result, env: [...env] }
}

// `{$}` and `{%%}` end the search: CoreDNS leaves the rest of the word alone after an empty name.
function reference(text: string, open: string, close: string, from: number) {
  const start = text.indexOf(open, from)
  if (start < 0) return null
  const stop = text.indexOf(close, start)
  if (stop <= start + open.length) return null
  return { name: text.slice(start + open.length, stop), start, end: stop + close.length }
}

/** Whether a word is spelled with a variable; such a word is never a brace or `import`, whatever its value. */
export function namesEnv(raw: string): boolean {
  return raw.includes('{$') || raw.includes('{%')
}
