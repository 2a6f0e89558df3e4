import { ExpectedError } from '../errors.ts'
import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import { proberFor } from '../probes/choose.ts'
import { createPod } from '../probes/create.ts'
import { podManifest } from '../probes/pod.ts'
import { deadlineSeconds } from '../probes/probe.ts'
import { probeQuestions } from '../probes/questions.ts'
import { freePort, newRunId } from '../probes/run-id.ts'
import { tasksFor } from '../probes/tasks.ts'
import type { Evidence, Snapshot } from '../snapshot/snapshot.ts'
import { messageOf } from './apply-errors.ts'
import { missingRights } from './preflight.ts'
import { rightsOfProof, rightText } from './rights.ts'

/**
 * Why probe Pods could not be started in the namespace of the user, by a dry run of one: no such namespace, a quota, a policy, no right,
 * no image. Null where nothing is against it, or where that cannot be told beforehand. Creates nothing; rejects when the signal
 * aborted.
 */
export async function whyUnprovable(
  client: Client,
  { evidence }: Snapshot,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const [missing] = await missingRights(client, rightsOfProof(client.namespace))
    if (missing) return `you may not ${rightText(missing)}`
    const manifest = await probePod(evidence, client.namespace, timeoutMs)
    if (manifest) await createPod(client, client.namespace, manifest, { dryRun: true })
    return null
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof ExpectedError || isRefusal(error)) return messageOf(error)
    if (error instanceof RequestError) return null
    throw error
  }
}

/** The Pod of one node, as the proof will make it; null where no node is seen. */
async function probePod(evidence: Evidence, namespace: string, timeoutMs: number): Promise<object | null> {
  const prober = await proberFor(evidence, undefined)
  const nodes = evidence.nodes.slice(0, 1).map(n => n.metadata.name)
  const questions = probeQuestions(evidence.questions, undefined)
  const [task] = tasksFor({ nodes, froms: ['pod'], questions, namespace, prober: prober.kind }, evidence)
  if (!task) return null
  const run = newRunId()
  const { node, from } = task
  const frame = { name: `dnsfix-probe-${run}`, run, node, from, deadlineSeconds: deadlineSeconds(timeoutMs) }
  return podManifest(frame, prober.parts(task.asks, freePort()))
}

/** What the server itself refuses. A webhook that knows no dry run refuses nothing yet. */
const isRefusal = (error: unknown): boolean =>
  error instanceof RequestError &&
  error.status !== undefined &&
  error.status >= 400 &&
  error.status < 500 &&
  !/does not support dry run/.test(error.message)

/** The sentence for a plan of which that is known. */
export const unprovableNote = (why: string): string =>
  `It cannot be proved from Pods afterwards that names resolve: ${why}. It is applied all the same and ends "not proved"; -n NAMESPACE names another namespace for the Pods, --no-verify does without`
