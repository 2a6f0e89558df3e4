import type { EvidenceLine } from '../finding.ts'

export type Status = 'passed' | 'failed' | 'unknown'

/** Something that speaks for a criterion, against it, or would have to be known: where it was seen, and a sentence. */
export interface Fact extends EvidenceLine {
  readonly status: Status
}

const fact = (status: Status) => (source: string, text: string) => ({ status, source, text }) satisfies Fact

export const passed = fact('passed')
export const failed = fact('failed')
export const unknown = fact('unknown')
