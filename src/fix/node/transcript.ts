import { isUtf8 } from 'node:buffer'

/** What a script on a node told, in the order in which it did. */
export type Transcript = readonly Told[]

interface Told {
  readonly key: string
  readonly value: string
  /** its bytes are no UTF-8, and the value is not all that they are */
  readonly isOdd?: true
}

/** How a script begins that tells something. Values are in base64, so that none can break the frame or look like another. */
export const telling = `
tell() { printf 'dnsfix %s %s\\n' "$1" "$(printf '%s' "$2" | base64 | tr -d '\\n')"; }
tell_file() { printf 'dnsfix %s %s\\n' "$1" "$(base64 < "$2" | tr -d '\\n')"; }
`

/** Reads a log: the lines of `tell`, and with an empty key those that programs said by themselves. */
export function transcriptOf(log: string): Transcript {
  return log.split('\n').flatMap(line => {
    const [, key, value = ''] = /^dnsfix (\S+) ([A-Za-z0-9+/=]*)$/.exec(line) ?? []
    if (key) return [textOf(key, Buffer.from(value, 'base64'))]
    return line === '' ? [] : [{ key: '', value: line }]
  })
}

const textOf = (key: string, bytes: Buffer): Told => ({
  key,
  value: bytes.toString('utf8'),
  ...(isUtf8(bytes) ? {} : { isOdd: true }),
})

/** The value that was told last under this key; undefined where none was. */
export const told = (transcript: Transcript, key: string): string | undefined =>
  transcript.findLast(line => line.key === key)?.value

/** Every script ends by telling `end`: without it, what became of the node is not known. */
export const hasEnded = (transcript: Transcript): boolean => transcript.some(({ key }) => key === 'end')
