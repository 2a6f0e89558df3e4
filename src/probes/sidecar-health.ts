import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProbeResult } from '../snapshot/observations.ts'
import { lost, onPort } from './open-port.ts'
import { getAll } from './pipeline.ts'
import type { Session } from './prober.ts'
import { silenceIn } from './silence.ts'

/** The body of `/healthcheck/LABEL` (kubernetes/dns, pkg/sidecar/dnsprobe.go). */
interface Health {
  readonly IsOk: boolean
  readonly LatencySeconds: number
  readonly Err: string
}

/**
 * A probe begins somewhere in its first second, gives up after two (miekg/dns: dnsTimeout) and begins again within one. There is
 * time for two: one lost packet is no silence.
 */
const patience = { ms: 6500, pauseMs: 100, timeoutMs: 2000 }

/**
 * Waits until each probe of the sidecar has been answered, or has asked twice, and gives what came of it by label. Those that have
 * not asked by then are missing. Rejects with a RequestError when the Pod cannot be talked to.
 */
export async function readHealth(
  session: Session,
  port: number,
  labels: readonly string[],
): Promise<ReadonlyMap<string, ProbeResult>> {
  const results = new Map<string, ProbeResult>()
  const started = performance.now()
  const left = () => labels.filter(label => isOpen(results.get(label)))
  await onPort(session, port, async stream => {
    while (left().length > 0 && performance.now() - started < patience.ms) {
      const asked = left()
      const bodies = await healthOf(session, stream, asked)
      if (bodies === null) return null
      for (const [i, label] of asked.entries()) note(results, label, bodies[i])
      if (left().length > 0) await sleep(patience.pauseMs, undefined, { signal: session.signal })
    }
    return true
  })
  return results
}

/** Not asked yet, or to be asked again. */
const isOpen = (result: ProbeResult | undefined): boolean =>
  result === undefined || ('silence' in result && result.silence === 'timeout')

async function healthOf(session: Session, stream: Duplex, labels: readonly string[]) {
  const paths = labels.map(label => `/healthcheck/${label}`)
  const limit = setTimeout(() => stream.destroy(), patience.ms)
  const bodies = await getAll(stream, paths)
    .catch((error: Error) => {
      if (silenceIn(error.message) === 'refused') return null
      throw lost(session, error.message)
    })
    .finally(() => clearTimeout(limit))
  if (bodies && bodies.length < paths.length) throw lost(session, 'the connection ended early')
  if (bodies?.some(body => !body.startsWith('{'))) throw lost(session, 'what answers is no k8s-dns-sidecar')
  return bodies
}

function note(results: Map<string, ProbeResult>, label: string, body = ''): void {
  const result = resultOf(body)
  if (result) results.set(label, result)
}

/**
 * What a probe's state says; undefined before its first question. The sidecar counts every reply without a record as an error,
 * "no RRs for domain": that is `unknown`, since NXDOMAIN, SERVFAIL and REFUSED look alike, and no time is given for it.
 */
export function resultOf(body: string): ProbeResult | undefined {
  const { IsOk, LatencySeconds, Err } = JSON.parse(body) as Health
  if (IsOk) return { rcode: 'NOERROR', answers: [], ms: LatencySeconds * 1000 }
  if (Err === 'waiting for first probe') return undefined
  const silence = Err.startsWith('no RRs') ? 'unknown' : (silenceIn(Err) ?? 'unknown')
  return { silence, ms: silence === 'timeout' ? patience.timeoutMs : 0 }
}
