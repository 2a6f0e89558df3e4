/** What a tool said to one question, and how long it ran. */
export interface Spoken {
  readonly text: string
  readonly ms: number
}

export interface Transcript {
  readonly tool: 'dig' | 'nslookup' | 'busybox' | 'none'
  /** what BusyBox says of itself */
  readonly version: string
  /** by `ask.question` */
  readonly spoken: ReadonlyMap<string, Spoken>
}

/**
 * Reads what the script of the exec prober printed: `tool NAME`, `version TEXT`, `A.Q TEXT` for each line that a tool said, and
 * `A.Q = BEGIN END`, in seconds, after the last. Lines of questions that were asked at the same time are mixed.
 */
export function readTranscript(stdout: string): Transcript {
  const lines = stdout.split('\n')
  const after = (word: string) => lines.find(line => line.startsWith(`${word} `))?.slice(word.length + 1)
  const said = Map.groupBy(lines.flatMap(lineOf), line => line.key)
  const spoken = [...said].flatMap(([key, own]): [string, Spoken][] => {
    const text = own.map(line => line.text)
    const [, begin, end] = /^= ([\d.]+) ([\d.]+)$/.exec(text.at(-1) ?? '') ?? []
    return end ? [[key, { text: text.slice(0, -1).join('\n'), ms: (Number(end) - Number(begin)) * 1000 }]] : []
  })
  return {
    tool: (after('tool') ?? 'none') as Transcript['tool'],
    version: after('version') ?? '',
    spoken: new Map(spoken),
  }
}

function lineOf(line: string): readonly { readonly key: string; readonly text: string }[] {
  const [, key, text] = /^(\d+\.\d+) (.*)$/.exec(line) ?? []
  return key === undefined || text === undefined ? [] : [{ key, text }]
}
