import { mountedCorefile } from '../../snapshot/corefiles.ts'
import { clusterEngine } from '../../snapshot/dns.ts'
import type { Plan, Refusal } from '../plan.ts'
import { pathOfRef } from './config-map.ts'
import type { FixContext, Planner } from './context.ts'
import { coreDnsPlan, editedCorefile } from './coredns.ts'
import { kubeDnsPlan } from './kube-dns.ts'
import { elsewhere, ownedPlan, type Target } from './owners.ts'
import { repaired, type Wanted, wantedOf } from './wanted.ts'

/**
 * Upstreams and stub domains where the DNS server reads them: the Corefile, ConfigMap kube-dns, or what the owner of these makes them
 * of.
 */
const planner: Planner = {
  name: 'configmap',
  codes: [...repaired, 'DNS203'],
  plan(context) {
    const isKubeDns = clusterEngine(context.snapshot.evidence) === 'kube-dns'
    const wanted = wantedOf(context, isKubeDns ? 'kube-dns' : 'coredns')
    if (wanted === null) return isKubeDns ? kubeDnsPlan(context, null) : null
    return elsewhere(context, wanted) ?? (isKubeDns ? forKubeDns(context, wanted) : forCoreDns(context, wanted))
  },
}

export default planner

function forCoreDns(context: FixContext, wanted: Wanted): Plan | Refusal {
  const { evidence } = context.snapshot
  const path = pathOfRef(mountedCorefile(evidence)?.configMap ?? '')
  const map = evidence.configMaps.find(c => pathOfRef(`${c.metadata.namespace}/${c.metadata.name}`) === path)
  const edited = editedCorefile(evidence, wanted)
  const target: Target | undefined = map && { map, corefile: 'refused' in edited ? null : edited.text }
  return (target && ownedPlan(context, wanted, target)) ?? coreDnsPlan(context, wanted)
}

function forKubeDns(context: FixContext, wanted: Wanted): Plan | Refusal | null {
  const map = context.snapshot.evidence.configMaps.find(c => c.metadata.name === 'kube-dns')
  return (map && ownedPlan(context, wanted, { map, corefile: null })) ?? kubeDnsPlan(context, wanted)
}
