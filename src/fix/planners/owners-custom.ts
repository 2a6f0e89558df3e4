import { setStubDomains } from '../../corefile/edit.ts'
import { CorefileError } from '../../corefile/error.ts'
import { normalizeName } from '../../corefile/name.ts'
import { parseCorefile } from '../../corefile/parse.ts'
import { isBefore } from '../../corefile/version.ts'
import { distributionOf } from '../../distributions.ts'
import { type MountedCorefile, mountedCorefile } from '../../snapshot/corefiles.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'
import { coreDnsVersion } from '../../snapshot/version.ts'
import type { KubeObject, Plan, Refusal } from '../plan.ts'
import { configMapPath, dataOf, newConfigMap, withConfigMap, withData } from './config-map.ts'
import type { FixContext } from './context.ts'
import { networkSteps } from './owners-network.ts'
import { settingPlan, settled } from './setting.ts'
import type { Wanted } from './wanted.ts'

const serverKey = 'kubectl-dnsfix.server'
const overrideKey = 'kubectl-dnsfix.override'

/**
 * Upstreams and stub domains in ConfigMap coredns-custom, which the Corefile of k3s and AKS imports and which is left to the user: a
 * server block per stub domain, and the upstreams of all other names where the Corefile lets them come first.
 */
export function customPlan(context: FixContext, wanted: Wanted): Plan | Refusal {
  const { evidence } = context.snapshot
  const mounted = mountedCorefile(evidence)
  const distribution = distributionOf(evidence)
  if (!mounted?.corefile) return refusal('the Corefile could not be read', look)
  const why = wanted.chosen ? whyNoOverride(mounted, evidence) : null
  if (why !== null) return refusal(why, networkSteps(distribution, wanted.chosen?.upstreams ?? []))
  if (Object.keys(wanted.stubDomains).length > 0 && importOf(mounted, 'server') === undefined)
    return refusal('its Corefile imports no server blocks of coredns-custom', look)
  if (!isMounted(evidence)) return refusal('its DNS Pods do not mount coredns-custom', look)
  const [namespace = ''] = mounted.configMap.split('/')
  const live = context.objects.get(configMapPath(namespace, 'coredns-custom'))
  const texts = textsOf(dataOf(live), wanted)
  if ('refused' in texts) return refusal(texts.refused, ['kubectl -n kube-system edit configmap coredns-custom'])
  const after = live ? withData(live, texts) : newConfigMap(namespace, 'coredns-custom', texts)
  const error = mountedCorefile(withConfigMap(evidence, after))?.error
  if (error) return refusal(`with it the Corefile would not parse: ${error.message}`, look)
  return planOf(wanted, live, after)
}

const isMounted = ({ workloads, pods }: Evidence): boolean =>
  [...workloads.map(w => w.spec.template.spec), ...pods.map(p => p.spec)].some(spec =>
    spec.volumes?.some(v => v.configMap?.name === 'coredns-custom'),
  )

const look = ['kubectl dnsfix check (what is wrong with the Corefile)']

const refusal = (reason: string, steps: readonly string[]): Refusal => ({ method: 'configmap', reason, steps })

function planOf(wanted: Wanted, live: KubeObject | undefined, after: KubeObject): Plan {
  if (live && JSON.stringify(live.data) === JSON.stringify(after.data)) return settled('ConfigMap coredns-custom')
  const path = configMapPath(after.metadata.namespace ?? '', after.metadata.name)
  const survives = ['ConfigMap coredns-custom is left to the user: upgrades, reboots and new nodes leave it as it is']
  return settingPlan(wanted, { path, before: live ?? null, after, risk: 'safe', survives })
}

type Texts = Readonly<Record<string, string>>

/** Keys of others are never touched: what they say of the same zone has to be changed where it stands. */
function textsOf(data: Texts, { chosen, stubDomains }: Wanted): Texts | { readonly refused: string } {
  const others = Object.entries(data).filter(([key]) => key !== serverKey && key !== overrideKey)
  const forwards = others.find(([key, text]) => key.endsWith('.override') && /^\s*forward\s/m.test(text))
  if (chosen && forwards) return { refused: `${forwards[0]} of ConfigMap coredns-custom names upstreams already` }
  const taken = Object.keys(stubDomains).flatMap(domain => {
    const other = others.find(([key, text]) => key.endsWith('.server') && answers(text, domain))
    return other ? [`${other[0]} of ConfigMap coredns-custom has ${domain} already`] : []
  })
  if (taken[0] !== undefined) return { refused: taken[0] }
  const override = chosen ? { [overrideKey]: `forward . ${chosen.upstreams.join(' ')}\n` } : {}
  if (Object.keys(stubDomains).length === 0) return override
  const made = setStubDomains(data[serverKey] ?? '', stubDomains, { path: `/etc/coredns/custom/${serverKey}` })
  return 'refused' in made ? made : { ...override, [serverKey]: made.text }
}

/** What does not parse is left to its author too: CoreDNS says so, and not this. */
function answers(text: string, domain: string): boolean {
  try {
    return parseCorefile(text).blocks.some(block => block.zones.some(zone => zone.zone === normalizeName(domain)))
  } catch (error) {
    if (error instanceof CorefileError) return false
    throw error
  }
}

/** The `import` of the Corefile for keys that end like this, and where it stands in the server block for `.`. */
function importOf({ corefile }: MountedCorefile, suffix: 'override' | 'server') {
  const ends = new RegExp(`custom/\\*\\.${suffix}$`)
  return corefile?.imports.find(each => ends.test(each.target.text))?.keyword
}

/**
 * The first `forward` of a server block answers, and CoreDNS before 1.9.4 takes one only (coredns, notes/coredns-1.9.4.md): upstreams of
 * an import count where it stands before the Corefile's own (k3s since 2025-09: k3s-io/k3s#12980).
 */
function whyNoOverride(mounted: MountedCorefile, evidence: Evidence): string | null {
  const at = importOf(mounted, 'override')
  const own = mounted.corefile?.blocks
    .filter(block => block.zones.some(zone => zone.zone === '.'))
    .flatMap(block => block.directives)
    .find(d => d.name.text === 'forward' && d.args[0]?.text === '.' && d.name.file === mounted.corefile?.source.file)
  if (!at) return 'its Corefile imports nothing of coredns-custom into the server block that answers every name'
  if (own && own.name.start < at.start)
    return 'its Corefile has its own forward before the import of coredns-custom: upstreams there would never be asked'
  const isOld = isBefore(coreDnsVersion(evidence), '1.9.4')
  if (own && isOld !== false) return 'CoreDNS takes a second forward since 1.9.4, and this one is not known to be newer'
  return null
}
