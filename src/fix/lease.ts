import { ExpectedError } from '../errors.ts'
import type { Client } from '../kube/client.ts'
import { type Moment, moment } from './moment.ts'
import { isConflict, readObject, written } from './objects.ts'
import type { KubeObject } from './plan.ts'
import { shownHolder } from './this-run.ts'

/** Source: kubernetes.io, Leases; k8s.io/api/coordination/v1. Without a holder it is free. */
interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string
    readonly leaseDurationSeconds?: number
    readonly acquireTime?: string
    readonly renewTime?: string
    readonly leaseTransitions?: number
  }
}

/** The Lease while it is ours. */
export interface Held {
  readonly client: Client
  readonly namespace: string
  readonly lease: Lease
  /** the API server's clock */
  readonly now: () => number
  /** just before the request with the last renewal: it is held from then on, whenever that arrived */
  readonly renewedAt: Moment
}

/** Who takes it: the name for others, and which of the others are known to be no more. */
export interface Taker {
  readonly holder: string
  readonly isGone: (holder: string) => boolean
}

export const leaseName = 'kubectl-dnsfix'

/** A holder that is not heard of for so long holds it no more. */
export const durationSeconds = 45

/** A creation time has whole seconds. */
const toleranceMs = 2000

const leasesPath = (namespace: string) => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`
const leasePath = (namespace: string) => `${leasesPath(namespace)}/${leaseName}`

/** The Lease as it is, null where there is none. Rejects with a RequestError. */
export const readLease = (client: Client, namespace: string): Promise<Lease | null> =>
  readObject(client, leasePath(namespace)) as Promise<Lease | null>

/** Takes the Lease where it is free. Rejects with an ExpectedError `busy` where it is held, else with a RequestError. */
export async function acquire(client: Client, namespace: string, taker: Taker): Promise<Held> {
  const now = await serverClock(client, namespace)
  for (let left = attempts; ; left--) {
    const lease = await readLease(client, namespace)
    if (lease && isHeld(lease, now()) && !taker.isGone(lease.spec?.holderIdentity ?? ''))
      throw busy(lease, namespace, now())
    try {
      const renewedAt = moment()
      return { client, namespace, now, renewedAt, lease: await take(client, namespace, lease, taker.holder, now()) }
    } catch (error) {
      // Somebody was faster: now it is held, or free again.
      if (!isConflict(error) || left === 0) throw error
    }
  }
}

const attempts = 3

/** Two machines may differ about the time: the creation time of an object that is not stored tells the API server's. */
export async function serverClock(client: Client, namespace: string): Promise<() => number> {
  const asked = { ...base, metadata: { generateName: `${leaseName}-clock-` } }
  const { metadata } = await client.post<KubeObject>(written(leasesPath(namespace), { dryRun: true }), asked)
  const ahead = Date.parse(String(metadata.creationTimestamp)) - Date.now()
  return () => Date.now() + (Number.isNaN(ahead) ? 0 : ahead)
}

const base = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }

function take(client: Client, namespace: string, old: Lease | null, holder: string, now: number): Promise<Lease> {
  const spec = {
    holderIdentity: holder,
    leaseDurationSeconds: durationSeconds,
    acquireTime: microTime(now),
    renewTime: microTime(now),
    leaseTransitions: old ? (old.spec?.leaseTransitions ?? 0) + 1 : 0,
  }
  if (old) return client.put<Lease>(written(leasePath(namespace)), { ...old, spec })
  const labels = { 'app.kubernetes.io/name': 'kubectl-dnsfix', 'app.kubernetes.io/component': 'lock' }
  return client.post<Lease>(written(leasesPath(namespace)), { ...base, metadata: { name: leaseName, labels }, spec })
}

/** Takes six digits of a second and no other number of them (k8s.io/apimachinery, meta/v1: RFC3339Micro). */
const microTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z')

function endOf({ spec }: Lease): number {
  return Date.parse(spec?.renewTime ?? '') + (spec?.leaseDurationSeconds ?? durationSeconds) * 1000
}

export const isHeld = (lease: Lease, now: number): boolean =>
  Boolean(lease.spec?.holderIdentity) && now <= endOf(lease) + toleranceMs

function busy(lease: Lease, namespace: string, now: number): ExpectedError {
  const { holderIdentity, acquireTime = '' } = lease.spec ?? {}
  const seconds = Math.ceil((endOf(lease) + toleranceMs - now) / 1000)
  const since = acquireTime.replace(/\.\d+/, '')
  return new ExpectedError(`${shownHolder(holderIdentity ?? '')} is changing the cluster's DNS, since ${since}.`, {
    code: 'busy',
    hint: `Wait until it is done; if it was killed, its lock ends in ${seconds} s (kubectl get lease ${leaseName} -n ${namespace})`,
  })
}

/** Says that the holder is still there. Rejects with an ExpectedError when it holds it no more, else with a RequestError. */
export async function renew(held: Held): Promise<Held> {
  const lease = await ours(held)
  const renewedAt = moment()
  const spec = { ...lease.spec, renewTime: microTime(held.now()) }
  return { ...held, renewedAt, lease: await put({ ...held, lease }, spec) }
}

/** Gives it back. Rejects as `renew` does. */
export async function release(held: Held): Promise<void> {
  const lease = await ours(held)
  const { holderIdentity: _, ...spec } = lease.spec ?? {}
  await put({ ...held, lease }, spec)
}

/** The Lease of now: somebody may have labelled it, and an answer to an earlier renewal may have been lost. */
async function ours({ client, namespace, lease }: Held): Promise<Lease> {
  const live = await client.get<Lease>(leasePath(namespace), limit)
  const mine = lease.spec
  if (live.spec?.holderIdentity === mine?.holderIdentity && live.spec?.acquireTime === mine?.acquireTime) return live
  throw new ExpectedError(`${shownHolder(live.spec?.holderIdentity || 'somebody else')} took it`, {
    code: 'busy',
    hint: 'Wait until it is done',
  })
}

const put = ({ client, namespace, lease }: Held, spec: object): Promise<Lease> =>
  client.put<Lease>(written(leasePath(namespace)), { ...lease, spec }, limit)

/** Below the time that the Lease runs, whatever `--request-timeout` is. */
const limit = { fixedTimeoutMs: 5000 }
