import type { Code } from '../../catalog.ts'
import type { Finding } from '../../finding.ts'
import { labelText } from '../../snapshot/dns.ts'
import type { ServicePort } from '../../snapshot/objects.ts'
import type { KubeObject, ObjectChange, Plan, Refusal } from '../plan.ts'
import { addonLasts, installAgain } from './addon.ts'
import type { FixContext, Planner } from './context.ts'
import { serviceAgain } from './service-again.ts'
import { dnsPort, serverLabels } from './service-object.ts'

type Fault = Extract<Finding, { code: 'DNS103' | 'DNS104' }>

/** The DNS Service: made again where it is gone, with the right selector and both ports where it is there. */
const planner: Planner = {
  name: 'service',
  codes: ['DNS101', 'DNS103', 'DNS104'],
  plan(context) {
    const missing = context.findings.find(f => f.code === 'DNS101')
    const faults = context.findings.filter(f => f.code === 'DNS103' || f.code === 'DNS104')
    if (missing) return serviceAgain(context, missing)
    return faults.length > 0 ? correct(context, faults) : null
  },
}

export default planner

/** What of the Service's spec is set, and which finding that repairs. */
interface Edit {
  readonly code: Code
  readonly why: string
  readonly spec: Readonly<Record<string, unknown>>
}

function correct(context: FixContext, faults: readonly Fault[]): Plan | Refusal {
  const { namespace = '', name = '' } = faults[0]?.object ?? {}
  const path = `/api/v1/namespaces/${namespace}/services/${name}`
  const before = context.objects.get(path)
  const refuse = (reason: string, ...steps: readonly string[]): Refusal => ({ method: 'object', reason, steps })
  if (!before)
    return refuse(`Service ${namespace}/${name} could not be read`, `kubectl -n ${namespace} get service ${name}`)
  const { evidence } = context.snapshot
  const edits = [selectorEdit(context, faults), portsEdit(context, faults, before)].filter(edit => edit !== null)
  if (edits.length === 0)
    return refuse('there are no DNS Pods whose labels could be selected', ...installAgain(evidence))
  return { method: 'object', changes: [edited(path, before, edits, addonLasts(evidence))], notes: [] }
}

function edited(path: string, before: KubeObject, edits: readonly Edit[], survives: readonly string[]): ObjectChange {
  const { namespace, name } = before.metadata
  return {
    kind: 'object',
    path,
    before,
    after: { ...before, spec: Object.assign({}, before.spec, ...edits.map(e => e.spec)) as object },
    codes: edits.map(e => e.code),
    why: edits.map(e => e.why).join('; '),
    reach: `every Pod that asks Service ${namespace}/${name}`,
    risk: 'safe',
    survives,
    awaits: 'nothing',
  }
}

function selectorEdit({ snapshot: { evidence } }: FixContext, faults: readonly Fault[]): Edit | null {
  const wrong = faults.find(f => f.code === 'DNS103')
  const selector = serverLabels(evidence)
  if (!wrong || !selector) return null
  const why = `the Service selects ${wrong.args.selector}, and the DNS Pods are labelled ${labelText(selector)}`
  return { code: 'DNS103', why, spec: { selector } }
}

const names: Readonly<Record<string, string>> = { UDP: 'dns', TCP: 'dns-tcp' }

/** Adds the ports; where there are several the API server wants a name for each, so one without gets the usual one. */
function portsEdit({ snapshot: { evidence } }: FixContext, faults: readonly Fault[], before: KubeObject): Edit | null {
  const protocols = faults.flatMap(f => (f.code === 'DNS104' ? [f.args.protocol] : []))
  if (protocols.length === 0) return null
  const spec = before.spec as { readonly ports?: readonly ServicePort[] } | undefined
  const there = (spec?.ports ?? []).map(p => (p.name ? p : { ...p, name: names[p.protocol ?? 'TCP'] ?? 'dns' }))
  const used = new Set(there.map(p => p.name))
  const added = protocols.map(protocol => {
    const usual = names[protocol] ?? 'dns'
    const name = used.has(usual) ? `${usual}-${protocol.toLowerCase()}` : usual
    return { name, port: 53, protocol, targetPort: dnsPort(evidence, protocol) }
  })
  const why = `the Service has no port 53 over ${protocols.join(' and ')}`
  return { code: 'DNS104', why, spec: { ports: [...there, ...added] } }
}
