/** The flags that a help text lists, each with the words behind it. */
export function describedFlags(text: string): readonly { readonly flag: string; readonly text: string }[] {
  return text.split('\n').flatMap(line => {
    const match = /^ {2,}(?:-\w, )?--([\w-]+)\s*(.*)$/.exec(line)
    return match?.[1] ? [{ flag: match[1], text: (match[2] ?? '').replace(/\[.*?\]/g, '').trim() }] : []
  })
}
