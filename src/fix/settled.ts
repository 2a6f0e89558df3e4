import type { Client } from '../kube/client.ts'
import { isReady } from '../snapshot/dns.ts'
import type { Pod } from '../snapshot/objects.ts'
import { patiently } from './apply-patience.ts'
import { BrokenBefore, type Loaded, type LoadedPod, NotSettled, RejectedConfiguration } from './loaded.ts'
import type { Settled } from './plan.ts'
import { restartDnsPods } from './restart.ts'
import { type Judge, judgeCoreDns, judgeKubeDns } from './settled-judge.ts'
import { allLoaded, type Toward } from './settled-loaded.ts'
import { type DnsServer, isStuck, listDnsPods, replies, wantedPods, workingPods } from './settled-pods.ts'
import { TimeUp, until, type Waiting } from './settled-wait.ts'

const none: Loaded = { pods: [] }
const readyMs = 120_000

/**
 * Waits until a change that was just made is really in use, by what the DNS Pods say and answer and not by time. To be called as
 * soon as the change is made. Resolves with the evidence for each Pod. Rejects with RejectedConfiguration as soon as a Pod refuses,
 * with NotSettled when the time is up, with ServerGone, with a RequestError when it may not look. On the way back, `toward` what was
 * before, it rejects with BrokenBefore as soon as a Pod is seen to have loaded that and to have ended with it.
 */
export async function settled(
  client: Client,
  kind: Settled,
  dns: DnsServer,
  waiting: Waiting,
  toward: Toward = 'new',
): Promise<Loaded> {
  const start = waiting.clock.now()
  try {
    if (kind === 'corefile-loaded') return await loaded(client, dns, judgeCoreDns, 150_000, { ...waiting, toward })
    if (kind === 'kube-dns-loaded') return await loaded(client, dns, judgeKubeDns, 130_000, { ...waiting, toward })
    if (kind === 'nothing') return none
    return toward === 'new' ? await ready(client, dns, waiting) : await readyBefore(client, dns, waiting)
  } catch (error) {
    if (toward === 'before' && error instanceof RejectedConfiguration)
      throw new BrokenBefore(error.pod, error.line.split('\n').at(-1) ?? '')
    if (!(error instanceof TimeUp)) throw error
    throw new NotSettled(error.missing, Math.round((waiting.clock.now() - start) / 1000))
  }
}

/** Pods that do not look for a new configuration, or did not find it in their time, get it by a restart. */
async function loaded(
  client: Client,
  dns: DnsServer,
  judge: Judge,
  budgetMs: number,
  waiting: Waiting & { readonly toward: Toward },
): Promise<Loaded> {
  const { pods, left } = await allLoaded(client, dns, judge, budgetMs, waiting)
  if (left.length === 0) return { pods }
  const restarted = await restartDnsPods(client, dns, left, waiting)
  const names = new Set(restarted.flatMap(r => r.by))
  const { fresh, judged } = await patiently(waiting, async () => {
    const fresh = (await listDnsPods(client, dns, waiting.signal)).filter(pod => names.has(pod.metadata.name))
    const judged = await Promise.all(fresh.map(pod => judge(client, pod, { ms: 0, isNew: true }, waiting.signal)))
    return { fresh, judged }
  })
  const refusing = judged.findIndex(says => says.state === 'rejected')
  const says = judged[refusing]
  if (says?.state === 'rejected') throw new RejectedConfiguration(fresh[refusing]?.metadata.name ?? '', says.line)
  return { pods: [...pods, ...fresh.map(startedPod)] }
}

const startedPod = (pod: Pod): LoadedPod => ({ pod: pod.metadata.name, line: 'it was started after the change' })

/** As many Pods as are wanted, each Ready, behind the Service, and answering. */
async function ready(client: Client, dns: DnsServer, waiting: Waiting): Promise<Loaded> {
  const { signal } = waiting
  return until(waiting, readyMs, async () => {
    const [desired, working] = await Promise.all([wantedPods(client, dns, signal), workingPods(client, dns, signal)])
    const wanted = Math.max(1, desired)
    const answers = await Promise.all(working.map(pod => replies(client, dns, pod, signal)))
    const good = working.filter((pod, i) => answers[i] && isReady(pod))
    const pods = good.map(pod => ({ pod: pod.metadata.name, line: 'it is Ready, behind the DNS Service, and answers' }))
    if (good.length >= wanted) return { done: true, value: { pods } }
    return { done: false, missing: `${good.length} of ${wanted} DNS Pods are Ready and answer` }
  })
}

/** There may have been no Pods before, and no Service that leads to them: nobody waits for these. */
async function readyBefore(client: Client, dns: DnsServer, waiting: Waiting): Promise<Loaded> {
  const { signal } = waiting
  if ((await patiently(waiting, () => wantedPods(client, dns, signal))) === 0) return none
  const stuck = (await patiently(waiting, () => listDnsPods(client, dns, signal))).find(isStuck)
  if (stuck) throw new BrokenBefore(stuck.metadata.name, 'it crashes')
  return ready(client, { ...dns, service: undefined }, waiting)
}
