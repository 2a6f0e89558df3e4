import { list } from '../../catalog/entry.ts'
import { whyImproper } from '../../dns/proper.ts'
import { configProblems } from '../../kube-dns/config.ts'
import { surroundingsOf } from '../../snapshot/surroundings.ts'
import type { KubeObject, ObjectChange, Plan, Refusal } from '../plan.ts'
import { configMapPath, dataOf, newConfigMap, withData } from './config-map.ts'
import type { FixContext } from './context.ts'
import { repairedStubDomains, repairedUpstreams } from './kube-dns-repair.ts'
import { survivalOf } from './survival.ts'
import { chosenUpstreams } from './upstreams.ts'
import { leftOut, type Wanted, whyOf } from './wanted.ts'

/**
 * Upstreams and stub domains for kube-dns: ConfigMap kube-dns beside its Pods, which is made where it is not there. Entries for which
 * kube-dns would ignore the whole ConfigMap are repaired, whatever is wanted; a Refusal where it is not clear what was meant.
 */
export function kubeDnsPlan(context: FixContext, wanted: Wanted | null): Plan | Refusal | null {
  const { evidence } = context.snapshot
  const namespace = evidence.pods[0]?.metadata.namespace ?? 'kube-system'
  const path = configMapPath(namespace, 'kube-dns')
  const live = context.objects.get(path)
  const result = editedData(context, wanted, dataOf(live))
  if (result === null || 'method' in result) return result
  const { data, why, notes } = result
  const isSame = live !== undefined && Object.entries(data).every(([key, text]) => dataOf(live)[key] === text)
  const after = live ? withData(live, data) : newConfigMap(namespace, 'kube-dns', data)
  const changes = isSame ? [] : [change(context, wanted, { path, live, after, why })]
  const already = 'ConfigMap kube-dns says so already: nothing to change'
  return { method: 'configmap', changes, notes: [...notes, isSame ? already : gap] }
}

/** Nothing can bridge it: each kubelet hands the ConfigMap to its Pods when it comes to it (kubernetes/dns, pkg/dnsmasq/nanny.go). */
const gap =
  'kube-dns starts dnsmasq anew in each of its Pods to take this up: a name that is asked in that second may fail, and resolves when it is asked again'

interface Edited {
  readonly data: Readonly<Record<string, string>>
  readonly why: string
  readonly notes: readonly string[]
}

type Data = Readonly<Record<string, string>>

function editedData(context: FixContext, wanted: Wanted | null, before: Data): Edited | Refusal | null {
  const problems = configProblems(before)
  if (!wanted && problems.length === 0) return null
  const stubs = repairedStubDomains(before.stubDomains)
  if ('reason' in stubs) return refusal(stubs.reason)
  const upstreams = wanted?.chosen?.upstreams ?? repairOf(context, before)
  const domains = { ...stubs.domains, ...wanted?.stubDomains }
  const isStubEdit = stubs.notes.length > 0 || Object.keys(wanted?.stubDomains ?? {}).length > 0
  const repairs = problems.map(p => `${p.key} ${p.problem}, for which kube-dns ignores the whole ConfigMap`)
  return {
    data: {
      ...(upstreams ? { upstreamNameservers: valueText(before.upstreamNameservers, upstreams) } : {}),
      ...(isStubEdit ? { stubDomains: valueText(before.stubDomains, domains) } : {}),
    },
    why: [...(wanted ? [whyOf(wanted)] : []), ...repairs].join('; '),
    notes: [...(wanted ? leftOut(wanted) : []), ...stubs.notes],
  }
}

/**
 * What kube-dns takes of its upstreams, without those that its Pods could not ask; where that is nothing, what the nodes ask. Null where
 * nothing is wrong with them.
 */
function repairOf(context: FixContext, { upstreamNameservers = '' }: Data): readonly string[] | null {
  if (configProblems({ upstreamNameservers }).length === 0) return null
  const around = surroundingsOf(context.snapshot.evidence)
  const usable = repairedUpstreams(upstreamNameservers).filter(upstream => whyImproper(upstream, around) === null)
  return usable.length > 0 ? usable : chosenUpstreams(context, 'kube-dns').upstreams
}

/** The text that stands there where it says the same: a change of layout alone restarts dnsmasq for nothing. */
function valueText(before: string | undefined, value: unknown): string {
  const text = JSON.stringify(value)
  try {
    return before !== undefined && JSON.stringify(JSON.parse(before)) === text ? before : text
  } catch {
    return text
  }
}

const refusal = (reason: string): Refusal => ({
  method: 'configmap',
  reason: `ConfigMap kube-dns: ${reason}`,
  steps: [
    'kubectl -n kube-system edit configmap kube-dns',
    'write stubDomains as a JSON object: {"corp.example": ["10.0.0.53"]}',
    'kubectl dnsfix fix',
  ],
})

interface Parts {
  readonly path: string
  readonly live: KubeObject | undefined
  readonly after: KubeObject
  readonly why: string
}

function change({ snapshot, findings }: FixContext, wanted: Wanted | null, parts: Parts): ObjectChange {
  const ignored = findings.filter(f => f.code === 'DNS203').map(f => f.code)
  return {
    kind: 'object',
    path: parts.path,
    before: parts.live ?? null,
    after: parts.after,
    awaits: 'kube-dns-loaded',
    codes: [...new Set([...(wanted?.codes ?? []), ...ignored])],
    why: parts.why,
    reach: `every Pod that asks the DNS Service (${list(snapshot.evidence.pods.map(p => p.metadata.name))} read it)`,
    risk: 'restarts',
    survives: survivalOf(snapshot.evidence, 'kube-dns', parts.after),
  }
}
