import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import { isReady } from '../snapshot/dns.ts'
import type { Pod } from '../snapshot/objects.ts'
import { patiently } from './apply-patience.ts'
import { withSpare } from './restart-spare.ts'
import { type DnsServer, isStuck, listDnsPods, replies, workingPods } from './settled-pods.ts'
import { TimeUp, until, type Waiting } from './settled-wait.ts'

/** A DNS Pod that was deleted, and the names of those that came since. */
export interface Restarted {
  readonly pod: string
  readonly by: readonly string[]
}

const partnerMs = 60_000
const replacementMs = 120_000

/**
 * Makes DNS Pods anew, one after the other and never all down: before each deletion another one is Ready behind the Service,
 * after it the replacement is, and has answered. A lone Pod gets a second one meanwhile where a Deployment can give it one.
 * Resolves with what was restarted, without those that were gone already. Rejects with TimeUp when a Pod does not come up, with
 * ServerGone, with a RequestError when it may not.
 */
export async function restartDnsPods(
  client: Client,
  dns: DnsServer,
  pods: readonly Pod[],
  waiting: Waiting,
): Promise<readonly Restarted[]> {
  const working = await patiently(waiting, () => workingPods(client, dns, waiting.signal))
  const isLone = working.length === 1 && pods.some(pod => pod.metadata.uid === working[0]?.metadata.uid)
  // Those that are no loss go first: what replaces them stands in for the others.
  const inTurn = pods.toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)))
  const work = async () => {
    const done: Restarted[] = []
    for (const pod of inTurn) done.push(...(await restartOne(client, dns, pod, waiting)))
    return done
  }
  return isLone ? withSpare(client, dns, waiting, work) : work()
}

async function restartOne(client: Client, dns: DnsServer, pod: Pod, waiting: Waiting): Promise<readonly Restarted[]> {
  const { name, uid } = pod.metadata
  const before = await partnered(client, dns, pod, waiting)
  const now = await patiently(waiting, () => listDnsPods(client, dns, waiting.signal))
  const known = new Set(now.map(p => p.metadata.uid))
  if (!known.has(uid)) return []
  waiting.say(`Restarting DNS Pod ${name}`)
  await patiently(waiting, () => remove(client, pod))
  const least = Math.max(1, before.length)
  const by = await until(waiting, replacementMs, async () => {
    const [all, present] = await Promise.all([
      workingPods(client, dns, waiting.signal),
      listDnsPods(client, dns, waiting.signal),
    ])
    const crashed = present.find(p => !known.has(p.metadata.uid) && isStuck(p))
    if (crashed) throw new TimeUp(`DNS Pod ${crashed.metadata.name}, which replaces ${name}, crashed`)
    const working = all.filter(p => p.metadata.uid !== uid)
    const fresh = working.filter(p => !known.has(p.metadata.uid))
    const isDone = working.length >= least && (await answering(client, dns, fresh, waiting.signal))
    if (isDone) return { done: true, value: fresh.map(p => p.metadata.name) }
    return { done: false, missing: `the Pod that replaces ${name} is not Ready behind the DNS Service and answering` }
  })
  return [{ pod: name, by }]
}

/** The working Pods before the deletion, as soon as another one is among them, or at once where the Pod itself is no loss. */
async function partnered(client: Client, dns: DnsServer, pod: Pod, waiting: Waiting): Promise<readonly Pod[]> {
  return until(waiting, partnerMs, async () => {
    const working = await workingPods(client, dns, waiting.signal)
    const others = working.filter(p => p.metadata.uid !== pod.metadata.uid)
    const isLoss = others.length < working.length
    const canGo = !isLoss || others.length > 0 || dns.workload?.kind === 'DaemonSet'
    if (canGo) return { done: true, value: working }
    return { done: false, missing: `no other DNS Pod is Ready while ${pod.metadata.name} is restarted` }
  })
}

async function answering(client: Client, dns: DnsServer, pods: readonly Pod[], signal: AbortSignal): Promise<boolean> {
  const answers = await Promise.all(pods.map(pod => replies(client, dns, pod, signal)))
  return answers.length > 0 && answers.every(Boolean)
}

/** That Pod and no other that has its name now; one that is gone already is as good. */
export async function remove(client: Client, { metadata }: Pod): Promise<void> {
  const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`
  const options = metadata.uid ? { preconditions: { uid: metadata.uid } } : undefined
  await client.delete(path, options).catch(error => {
    const isGone = error instanceof RequestError && (error.kind === 'not-found' || error.kind === 'conflict')
    if (!isGone) throw error
  })
}
