import { type Finding, refName } from '../../finding.ts'
import { engineOf } from '../../snapshot/dns.ts'
import type { KubeObject, ObjectChange, Plan, Refusal } from '../plan.ts'
import { addonLasts, installAgain } from './addon.ts'
import type { FixContext, Planner } from './context.ts'

type Zero = Extract<Finding, { code: 'DNS109' }>

/** A DNS server that is scaled to zero gets its replicas back. One that is not installed is left to its installer. */
const planner: Planner = {
  name: 'scale',
  codes: ['DNS109', 'DNS113'],
  plan(context) {
    const zero = context.findings.filter(f => f.code === 'DNS109')
    const missing = context.findings.find(f => f.code === 'DNS113')
    if (zero.length > 0) return scale(context, zero)
    if (!missing) return null
    const steps = installAgain(context.snapshot.evidence)
    return { method: 'object', reason: `no DNS server is installed in ${missing.args.namespace}`, steps }
  },
}

export default planner

function scale(context: FixContext, zero: readonly Zero[]): Plan | Refusal {
  const { evidence } = context.snapshot
  const isCoreDns = ({ object }: Zero) =>
    evidence.workloads.some(w => w.metadata.name === object.name && engineOf(w.spec.template.spec) === 'coredns')
  // Where a cluster went from kube-dns to CoreDNS, the old Deployment often stays behind without replicas.
  const chosen = zero.find(isCoreDns) ?? zero[0]
  const { namespace = '', name = '' } = chosen?.object ?? {}
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`
  const before = context.objects.get(path)
  if (!before) {
    const steps = [`kubectl -n ${namespace} scale deployment/${name} --replicas=2`]
    return { method: 'object', reason: `Deployment ${namespace}/${name} could not be read`, steps }
  }
  const left = zero.filter(z => z !== chosen).map(z => `Deployment ${refName(z.object)} stays at zero replicas`)
  const why = `Deployment ${namespace}/${name} has no replicas, so nobody answers`
  return { method: 'object', changes: [scaledUp(path, before, why, addonLasts(evidence))], notes: left }
}

const scaledUp = (path: string, before: KubeObject, why: string, survives: readonly string[]): ObjectChange => ({
  kind: 'object',
  path,
  before,
  after: { ...before, spec: { ...(before.spec as object), replicas: appliedReplicas(before) ?? 2 } },
  codes: ['DNS109'],
  why,
  reach: 'every Pod that asks the DNS Service',
  risk: 'safe',
  survives: [...survives, 'whoever scaled it to zero may do it again: a schedule, a controller, a person'],
  awaits: 'dns-pods-ready',
})

/** How many replicas the manifest asked for that kubectl applied last; undefined where there is none, or none that helps. */
function appliedReplicas({ metadata }: KubeObject): number | undefined {
  const text = metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? ''
  const [, digits] = /"replicas":\s*(\d+)/.exec(text) ?? []
  return Number(digits) > 0 ? Number(digits) : undefined
}
