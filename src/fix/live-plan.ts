import { ExpectedError } from '../errors.ts'
import type { Client } from '../kube/client.ts'
import { clusterEngine } from '../snapshot/dns.ts'
import { assertAllowed } from './allowed.ts'
import { askUpstreams, type BadUpstream } from './ask-upstreams.ts'
import type { Plan } from './plan.ts'
import type { FixContext } from './planners/context.ts'
import { chosenUpstreams } from './planners/upstreams.ts'
import { dnsServerOf } from './settled-target.ts'

export interface LiveOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}

/**
 * Holds a plan against the live cluster before anybody is asked: the rights, a dry run of every change, and the upstreams, asked from the
 * network of the DNS Pods. Rejects with an ExpectedError that names everything that speaks against it.
 */
export async function livePlan(client: Client, plan: Plan, context: FixContext, options: LiveOptions): Promise<void> {
  const { snapshot } = context
  const { namespace } = dnsServerOf(snapshot.evidence)
  options.say('Asking the API server whether it would accept the changes')
  const refused = new AbortController()
  const within = { ...options, namespace, signal: AbortSignal.any([options.signal, refused.signal]) }
  // Side by side, for each takes its time. What the server refuses is told alone: nobody needs the upstreams then.
  const [allowed, asked] = await Promise.allSettled([
    assertAllowed(client, plan, snapshot.evidence).catch(error => {
      refused.abort()
      throw error
    }),
    askUpstreams(client, snapshot, upstreamsOf(plan, context), within),
  ])
  if (allowed.status === 'rejected') throw allowed.reason
  if (asked.status === 'rejected') throw asked.reason
  assertAnswering(asked.value)
}

function assertAnswering(bad: readonly BadUpstream[]): void {
  if (bad.length === 0) return
  throw new ExpectedError(
    `Nothing was changed, because not every upstream answers: ${bad.map(b => `${b.address}: ${b.reason}`).join('; ')}.`,
    {
      code: 'upstream-silent',
      hint: 'Name resolvers that answer over UDP and TCP with --upstream; on a closed network add --name NAME of a name that they have.',
    },
  )
}

/** The upstreams that DNS Pods will have with this plan. */
function upstreamsOf(plan: Plan, context: FixContext): readonly string[] {
  if (plan.method === 'configmap') {
    const isForward = context.options.upstreams.length > 0 || plan.changes.some(c => c.codes.some(isOfUpstreams))
    const engine = clusterEngine(context.snapshot.evidence) === 'kube-dns' ? 'kube-dns' : 'coredns'
    return isForward ? chosenUpstreams(context, engine).upstreams : []
  }
  const nodes = new Set(plan.changes.flatMap(change => (change.kind === 'node' ? [change.node] : [])))
  return [...new Set(context.nodeFacts.filter(f => nodes.has(f.node)).flatMap(f => f.resolvers))]
}

const isOfUpstreams = (code: string): boolean => /^DNS(3|401|404|105)/.test(code)
