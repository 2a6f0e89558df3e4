import { hasFailed, type ReportedProbe } from './probes.ts'

/** What one node's questions to one target came to, over both protocols and for all names. */
export interface Cell {
  readonly mark: '✓' | '!' | '✗' | '–'
  readonly text: string
  /** the same for cells that differ in times only */
  readonly kind: string
}

/** `✗` where nothing is right over one of the protocols, `!` where a part is, `–` where nothing was asked, or is open to Pods. */
export function cellOf(probes: readonly ReportedProbe[]): Cell {
  if (probes.length === 0) return { mark: '–', text: 'not asked', kind: 'not asked' }
  if (probes.every(p => p.status === 'closed')) return { mark: '–', text: 'not open', kind: 'not open' }
  const failed = probes.filter(hasFailed)
  if (failed.length === 0) return { mark: '✓', text: msText(median(probes)), kind: 'right' }
  const text = cellWord(probes, failed)
  const byProtocol = [...Map.groupBy(probes, p => p.protocol).values()]
  const mark = byProtocol.some(own => own.every(hasFailed)) ? '✗' : '!'
  return { mark, text, kind: `${mark} ${text}` }
}

/** The shortest true word: how it fails, over which protocol, for which names, or how many. */
function cellWord(probes: readonly ReportedProbe[], failed: readonly ReportedProbe[]): string {
  const how = only(failed.map(failureWord))
  const protocol = only(failed.map(p => p.protocol))
  const about = only(failed.map(p => p.about))
  const isAll = (own: readonly ReportedProbe[]) => own.length === failed.length
  if (isAll(probes)) return how ?? 'all fail'
  if (protocol && isAll(probes.filter(p => p.protocol === protocol))) return `${protocol} ${how ?? 'fails'}`
  if (about && isAll(probes.filter(p => p.about === about))) return `${about} ${how ?? 'fails'}`
  return `${failed.length} of ${probes.length} fail`
}

const silenceWords = {
  timeout: 'silent',
  closed: 'closed',
  refused: 'refused',
  unreachable: 'unreachable',
  unknown: 'fails',
} as const

/** One word for a question that failed: an rcode in capitals, anything else in small letters. */
export function failureWord({ silence, rcode, status }: ReportedProbe): string {
  if (silence) return silenceWords[silence]
  return status === 'failed' ? (rcode ?? 'fails') : status
}

/** The one value that all have; undefined when they differ. */
function only<T>(values: readonly T[]): T | undefined {
  const [first] = values
  return values.every(v => v === first) ? first : undefined
}

function median(probes: readonly ReportedProbe[]): number {
  const times = probes.map(p => p.ms).sort((a, b) => a - b)
  return times[Math.floor((times.length - 1) / 2)] ?? 0
}

/** Milliseconds for people: `<1 ms`, `12 ms`, `2.0 s`. */
export function msText(ms: number): string {
  if (ms < 0.5) return '<1 ms'
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
