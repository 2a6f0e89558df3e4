import type { Client } from '../kube/client.ts'
import type { From, Observation, Probe } from '../snapshot/observations.ts'
import type { Gap } from '../snapshot/snapshot.ts'
import { probeGap } from './gaps.ts'
import { inParallel } from './parallel.ts'
import { type Done, probe, type Work } from './probe.ts'
import type { Ask, Prober } from './prober.ts'
import { deleteAll, deleteMade, type LeftPod } from './round-pods.ts'
import { followStarts } from './starts.ts'

/** One Pod to be: where it runs, and what it asks. */
export interface Task {
  readonly node: string
  readonly from: From
  readonly asks: readonly Ask[]
}

export interface RoundOptions {
  readonly client: Client
  readonly namespace: string
  readonly run: string
  readonly prober: Prober
  /** where what listens in a probe Pod begins to */
  readonly firstPort: number
  readonly timeoutMs: number
  /** leaves the Pods until their deadline */
  readonly keep: boolean
  readonly signal: AbortSignal
  /** hears of every step, for the terminal */
  readonly progress: (progress: Progress) => void
  /** hears of Pods that could not be deleted */
  readonly left: (pods: readonly LeftPod[]) => void
}

export interface Progress {
  readonly done: number
  readonly total: number
  /** what Pods wait for that are not up yet, by their names */
  readonly waiting: ReadonlyMap<string, string>
}

export interface Round {
  readonly probes: readonly Probe[]
  readonly observations: readonly Observation[]
  readonly gaps: readonly Gap[]
  /** when the API server made the first Pod: the time on its clock */
  readonly serverTime: string | undefined
}

/** Pods that live at the same time: enough to be quick, few enough for a small cluster's API server. */
const atOnce = 32

/**
 * Starts a probe Pod for every task, asks through it and deletes it, `atOnce` at a time. What fails on one node is a gap and
 * stops nobody else. Rejects when the signal aborts or with an ExpectedError; the Pods are deleted by then, too.
 */
export async function runRound(tasks: readonly Task[], options: RoundOptions): Promise<Round> {
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal, AbortSignal.timeout(options.timeoutMs)])
  const starts = followStarts(options.client, options.namespace, options.run, signal)
  const work: Work = { ...options, signal, starts, made: new Map(), serverTime: undefined }
  const done: Done[] = []
  const tell = () => options.progress({ done: done.length, total: tasks.length, waiting: starts.waiting() })
  const timer = setInterval(tell, 250)
  let isWhole = false
  try {
    const run = async (i: number) => done.push(await runTask(work, tasks[i] as Task, i, options.signal))
    await inParallel(tasks.length, atOnce, run, () => over.abort())
    isWhole = true
  } finally {
    clearInterval(timer)
    over.abort()
    // Who was interrupted has nothing to look at.
    if (!(isWhole && options.keep)) await deleteAll(work)
  }
  return {
    probes: done.flatMap(d => d.probe ?? []),
    observations: done.flatMap(d => d.observations),
    gaps: done.flatMap(d => d.gap ?? []),
    serverTime: work.serverTime,
  }
}

async function runTask(work: Work, task: Task, index: number, outer: AbortSignal): Promise<Done> {
  const name = `dnsfix-probe-${work.run}-${index}`
  try {
    return await probe(work, task, name)
  } catch (error) {
    outer.throwIfAborted()
    const gap = probeGap(error, task.node, work.signal.aborted ? work.timeoutMs : undefined)
    if (gap === undefined) throw error
    return { observations: [], gap }
  } finally {
    if (!work.keep) await deleteMade(work, name)
  }
}
