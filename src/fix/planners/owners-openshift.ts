import { normalizeName } from '../../corefile/name.ts'
import { splitPort } from '../../dns/address.ts'
import type { KubeObject, Plan, Refusal } from '../plan.ts'
import type { FixContext } from './context.ts'
import { settingPlan, settled } from './setting.ts'
import type { Wanted } from './wanted.ts'

/** The object that the DNS operator makes the Corefile of (openshift/api, operator/v1: DNS). */
export const operatorPath = '/apis/operator.openshift.io/v1/dnses/default'

interface Server {
  readonly name: string
  readonly zones: readonly string[]
  readonly forwardPlugin: { readonly upstreams: readonly string[]; readonly [field: string]: unknown }
}

interface Spec {
  readonly servers?: readonly Server[]
  readonly upstreamResolvers?: object
}

/** Upstreams and stub domains in dns.operator/default; with the command for them where that object could not be read. */
export function openshiftPlan(context: FixContext, wanted: Wanted): Plan | Refusal {
  const live = context.objects.get(operatorPath)
  const spec = specOf(wanted, (live?.spec ?? {}) as Spec)
  if (!live) return refusal(spec, wanted)
  const after: KubeObject = { ...live, spec: { ...(live.spec as object), ...spec } }
  if (JSON.stringify(after) === JSON.stringify(live)) return settled('dns.operator/default')
  const survives = ['the DNS operator writes the Corefile from it: upgrades, reboots and new nodes leave it as it is']
  return settingPlan(wanted, { path: operatorPath, before: live, after, risk: 'safe', survives })
}

function specOf({ chosen, stubDomains }: Wanted, spec: Spec): Spec {
  const upstreams = chosen?.upstreams.map(upstream => {
    const { address, port } = splitPort(upstream)
    return { type: 'Network', address, port: port ?? 53 }
  })
  return {
    ...(upstreams ? { upstreamResolvers: { ...spec.upstreamResolvers, upstreams } } : {}),
    ...(Object.keys(stubDomains).length > 0 ? { servers: serversOf(stubDomains, spec.servers ?? []) } : {}),
  }
}

/** A zone may stand in one server only. Names are those of services in RFC 6335: fifteen characters at most. */
function serversOf(stubDomains: Wanted['stubDomains'], servers: readonly Server[]): readonly Server[] {
  const isOf = (server: Server, domain: string) =>
    server.zones.some(zone => normalizeName(zone) === normalizeName(domain))
  const kept = servers.map(server => {
    const domain = Object.keys(stubDomains).find(name => server.zones.length === 1 && isOf(server, name))
    const upstreams = domain === undefined ? undefined : stubDomains[domain]
    return upstreams ? { ...server, forwardPlugin: { ...server.forwardPlugin, upstreams } } : server
  })
  const open = Object.entries(stubDomains).filter(([domain]) => !servers.some(server => isOf(server, domain)))
  const taken = new Set(servers.map(server => server.name))
  const names = Array.from({ length: taken.size + open.length }, (_, at) => `dnsfix-${at + 1}`)
  const free = names.filter(name => !taken.has(name))
  const added = open.map(([domain, upstreams], at) => ({
    name: free[at] ?? domain,
    zones: [domain],
    forwardPlugin: { upstreams },
  }))
  return [...kept, ...added]
}

function refusal(spec: Spec, { stubDomains }: Wanted): Refusal {
  const patch = `oc patch dns.operator/default --type=merge -p '${JSON.stringify({ spec })}'`
  const others = 'list the servers that oc get dns.operator/default -o yaml shows in it too: a merge replaces them all'
  return {
    method: 'configmap',
    reason: 'the DNS operator of OpenShift writes the Corefile from dns.operator/default, which could not be read',
    steps: [...(Object.keys(stubDomains).length > 0 ? [others] : []), patch],
  }
}
