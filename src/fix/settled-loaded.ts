import type { Client } from '../kube/client.ts'
import type { Pod } from '../snapshot/objects.ts'
import { patiently } from './apply-patience.ts'
import { BrokenBefore, type LoadedPod, RejectedConfiguration } from './loaded.ts'
import { remove } from './restart.ts'
import { hurry } from './settled-hurry.ts'
import type { Judge } from './settled-judge.ts'
import { type Memory, memoryOf, uidOf } from './settled-memory.ts'
import { type DnsServer, endsOf, isOut, isStuck, listDnsPods, replies, workingPods } from './settled-pods.ts'
import { TimeUp, until, type Waiting } from './settled-wait.ts'
import { lastWords } from './settled-words.ts'

/** What came of the wait: the Pods that use the change, and those that will not without a restart. */
interface Outcome {
  readonly pods: readonly LoadedPod[]
  readonly left: readonly Pod[]
}

/** Where a change leads: to something that was never in use, or back to what was there before, which may well have been broken. */
export type Toward = 'new' | 'before'

type Aim = Waiting & { readonly toward: Toward }

/**
 * Waits until every DNS Pod has loaded the configuration, is Ready behind the Service and answers. Those that crashed over the old
 * one are deleted first, for the kubelet would wait up to five minutes before it starts them again.
 * Rejects with RejectedConfiguration at once, with TimeUp when Pods have loaded it and do not answer. On the way back the first Pod
 * that has loaded it and ended speaks for all, and is a refusal: they all get the same.
 */
export async function allLoaded(
  client: Client,
  dns: DnsServer,
  judge: Judge,
  budgetMs: number,
  waiting: Aim,
): Promise<Outcome> {
  const madeAt = waiting.clock.now()
  const first = await patiently(waiting, () => listDnsPods(client, dns, waiting.signal))
  const memory = memoryOf(first, madeAt)
  const standing = first.filter(pod => !memory.down.has(uidOf(pod)))
  await hurry(client, standing, waiting.signal)
  let present: readonly Pod[] = []
  let left: readonly Pod[] = []
  const look = async () => {
    if (waiting.toward === 'before') await assertStanding(client, dns, judge, memory, waiting)
    const pods = await presentPods(client, dns, memory, waiting)
    const deaf = await judgeAll(client, judge, pods, memory, waiting)
    present = pods
    left = pods.filter(pod => !memory.loaded.has(uidOf(pod)))
    if (left.length > 0 && left.length === deaf.length) return { done: true as const, value: undefined }
    const missing = await notAnswering(client, dns, pods, memory, waiting.signal)
    if (missing === null) return { done: true as const, value: undefined }
    return { done: false as const, missing }
  }
  await until(waiting, budgetMs, look).catch(error => {
    if (!(error instanceof TimeUp) || left.length === 0) throw error
  })
  return { pods: present.flatMap(pod => memory.loaded.get(uidOf(pod)) ?? []), left }
}

/** The Pods that can load something. Stuck ones are deleted, and only what replaces them counts. */
async function presentPods(client: Client, dns: DnsServer, memory: Memory, waiting: Waiting): Promise<readonly Pod[]> {
  const all = await listDnsPods(client, dns, waiting.signal)
  const stuck = all.filter(pod => isStuck(pod) || memory.down.has(uidOf(pod)))
  const failed = stuck.find(pod => !memory.old.has(uidOf(pod)))
  if (failed) throw await crashed(client, failed, waiting)
  if (stuck.length > 0) waiting.say(`Replacing DNS Pods that crashed: ${stuck.map(p => p.metadata.name).join(', ')}`)
  await Promise.all(stuck.map(pod => remove(client, pod)))
  return all.filter(pod => !stuck.includes(pod) && !isOut(pod))
}

/** Throws for a Pod that has loaded what was before, and has ended since. One that is slow has not. */
async function assertStanding(client: Client, dns: DnsServer, judge: Judge, memory: Memory, waiting: Waiting) {
  const since = waiting.clock.now() - memory.madeAt
  for (const pod of await listDnsPods(client, dns, waiting.signal)) {
    if (endsOf(pod) <= (memory.ends.get(uidOf(pod)) ?? 0)) continue
    const isNew = !memory.old.has(uidOf(pod))
    const says = await judge(client, pod, { ms: since, isNew }, waiting.signal)
    if (says.state === 'loaded') throw new BrokenBefore(pod.metadata.name, await lastWord(client, pod, waiting))
  }
}

const lastWord = async (client: Client, pod: Pod, { signal }: Waiting): Promise<string> =>
  (await lastWords(client, pod, signal)).at(-1) ?? 'it ended'

/** A Pod that was made after the change and does not stay up is a refusal, in the words that it ended with. */
async function crashed(client: Client, pod: Pod, { signal }: Waiting): Promise<RejectedConfiguration> {
  const words = await lastWords(client, pod, signal)
  return new RejectedConfiguration(pod.metadata.name, words.join('\n') || 'it was started with it and ended')
}

/** Asks those that are not known to have loaded it. Resolves with those that will not by themselves. */
async function judgeAll(client: Client, judge: Judge, pods: readonly Pod[], memory: Memory, waiting: Waiting) {
  const since = waiting.clock.now() - memory.madeAt
  const open = pods.filter(pod => !memory.loaded.has(uidOf(pod)))
  const judged = await Promise.all(
    open.map(async pod => {
      const isNew = !memory.old.has(uidOf(pod))
      return { pod, says: await judge(client, pod, { ms: since, isNew }, waiting.signal) }
    }),
  )
  for (const { pod, says } of judged) {
    if (says.state === 'rejected') throw new RejectedConfiguration(pod.metadata.name, says.line)
    if (says.state === 'loaded') memory.loaded.set(uidOf(pod), { pod: pod.metadata.name, line: says.line })
  }
  return judged.flatMap(({ pod, says }) => (says.state === 'deaf' ? [pod] : []))
}

/** What is still missing, in words; null when every Pod has loaded it and answers. */
async function notAnswering(
  client: Client,
  dns: DnsServer,
  pods: readonly Pod[],
  memory: Memory,
  signal: AbortSignal,
): Promise<string | null> {
  const loaded = pods.filter(pod => memory.loaded.has(uidOf(pod)))
  const count = Math.max(pods.length, memory.least)
  if (loaded.length < count) return `${loaded.length} of ${count} DNS Pods have loaded the change`
  const working = new Set((await workingPods(client, dns, signal)).map(uidOf))
  for (const pod of loaded) {
    if (working.has(uidOf(pod)) && (await replies(client, dns, pod, signal))) memory.answered.add(uidOf(pod))
  }
  const answering = loaded.filter(pod => memory.answered.has(uidOf(pod)))
  if (answering.length === loaded.length) return null
  return `${answering.length} of ${loaded.length} DNS Pods are Ready behind the DNS Service and answer`
}
