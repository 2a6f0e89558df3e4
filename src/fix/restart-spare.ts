import type { Client } from '../kube/client.ts'
import { patiently, ServerGone } from './apply-patience.ts'
import { recordSpare } from './journal.ts'
import { applyChange, readObject } from './objects.ts'
import type { KubeObject, ObjectChange } from './plan.ts'
import { type DnsServer, listDnsPods, workingPods, workloadPath } from './settled-pods.ts'
import { TimeUp, unending, until, type Waiting } from './settled-wait.ts'
import { replicasOf, type Spare, scaleChange, scaleOf, spareBack } from './spare.ts'

const spareMs = 120_000
const goneMs = 30_000

/**
 * Does `work` while the Deployment of a lone DNS Pod has one Pod more, and takes that back whatever comes of it; the journal knows of it
 * as long as it may be there. Other workloads cannot have one more: their Pod is down while it is restarted, and that is said.
 */
export async function withSpare<T>(
  client: Client,
  dns: DnsServer,
  waiting: Waiting,
  work: () => Promise<T>,
): Promise<T> {
  if (dns.workload?.kind !== 'Deployment') {
    waiting.say('The only DNS Pod is restarted, and names fail until it is back')
    return work()
  }
  const path = scaleOf(workloadPath(dns.workload))
  const before = await patiently(waiting, () => client.get<KubeObject>(path))
  const spare = { path, replicas: replicasOf(before) }
  await note(spare, waiting)
  const result = await withPartner(client, dns, waiting, scaleChange(path, before, spare.replicas + 1), work).catch(
    async error => {
      // What the journal still knows is taken back with all the rest, now or by undo.
      if (!(error instanceof ServerGone)) await giveBackSpare(client, spare, waiting).catch(() => undefined)
      throw error
    },
  )
  await giveBackSpare(client, spare, waiting)
  await backTo(spare.replicas, client, dns, waiting)
  return result
}

/** Until then the Pod too many would pass for one that the next restart can rely on. */
async function backTo(replicas: number, client: Client, dns: DnsServer, waiting: Waiting): Promise<void> {
  const look = async () => {
    const pods = await listDnsPods(client, dns, waiting.signal)
    if (pods.length <= replicas) return { done: true as const, value: undefined }
    return { done: false as const, missing: `${pods.length} DNS Pods are there, of which ${replicas} stay` }
  }
  await until(waiting, goneMs, look).catch(error => {
    if (!(error instanceof TimeUp)) throw error
  })
}

async function withPartner<T>(
  client: Client,
  dns: DnsServer,
  waiting: Waiting,
  change: ObjectChange,
  work: () => Promise<T>,
): Promise<T> {
  waiting.say('A second DNS Pod is started, so that the only one can be restarted')
  await patiently(unending(waiting), () => applyChange(client, change))
  await until(waiting, spareMs, async () => {
    const working = await workingPods(client, dns, waiting.signal)
    if (working.length > 1) return { done: true, value: undefined }
    return { done: false, missing: 'the second DNS Pod is not Ready behind the DNS Service' }
  })
  return work()
}

/** Takes the Pod away again where it is there, and notes that. Rejects with ServerGone, with a RequestError. */
export async function giveBackSpare(client: Client, spare: Spare | undefined, waiting: Waiting): Promise<void> {
  if (!spare) return
  await patiently(unending(waiting), async () => {
    const change = spareBack(spare, await readObject(client, spare.path))
    if (change) await applyChange(client, change)
  })
  await note(null, waiting)
}

async function note(spare: Spare | null, waiting: Waiting): Promise<void> {
  const { journal } = waiting
  if (journal) await patiently(unending(waiting), () => recordSpare(journal, spare))
}
