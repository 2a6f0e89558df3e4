import { createHash } from 'node:crypto'

/** Where the original of a file on a node is kept, beside it, until it is given back. */
export const backupOf = (file: string, run: string): string => `${file}.kubectl-dnsfix-${run}`

/** As the scripts compare files: `none` for one that does not exist. */
export const digestOf = (text: string | null): string =>
  text === null ? 'none' : createHash('sha256').update(text).digest('hex')

/** As the scripts get texts. */
export const encoded = (text: string | null): string => Buffer.from(text ?? '').toString('base64')
