import { type Edited, type EditOptions, setForward, setStubDomains } from '../../corefile/edit.ts'
import { hasPlugin } from '../../corefile/query.ts'
import { type MountedCorefile, mountedCorefile } from '../../snapshot/corefiles.ts'
import { dnsService } from '../../snapshot/dns.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'
import { coreDnsVersion } from '../../snapshot/version.ts'
import type { Plan, Refusal } from '../plan.ts'
import { dataOf, pathOfRef, withData } from './config-map.ts'
import type { FixContext } from './context.ts'
import { settingPlan, settled } from './setting.ts'
import { survivalOf } from './survival.ts'
import type { Wanted } from './wanted.ts'

/** The Corefile with what is wanted in it; or why it is left as it is. */
export function editedCorefile(evidence: Evidence, wanted: Wanted): Edited {
  const mounted = mountedCorefile(evidence)
  if (mounted?.text === undefined) return { refused: 'there is no Corefile: its ConfigMap or key is missing' }
  const options = editOptions(mounted, evidence)
  const { chosen, stubDomains } = wanted
  const first = chosen ? setForward(mounted.text, chosen.upstreams, options) : { text: mounted.text, notes: [] }
  if ('refused' in first || Object.keys(stubDomains).length === 0) return first
  const second = setStubDomains(first.text, stubDomains, options)
  return 'refused' in second ? second : { text: second.text, notes: [...first.notes, ...second.notes] }
}

/** Upstreams and stub domains in the Corefile itself: the key of the ConfigMap that the DNS Pods mount, nothing else of it. */
export function coreDnsPlan(context: FixContext, wanted: Wanted): Plan | Refusal {
  const { evidence } = context.snapshot
  const mounted = mountedCorefile(evidence)
  const edited = editedCorefile(evidence, wanted)
  const path = pathOfRef(mounted?.configMap ?? '')
  const live = context.objects.get(path)
  if ('refused' in edited || !mounted) return refusal('refused' in edited ? edited.refused : 'no Corefile was seen')
  if (!live) return refusal(`ConfigMap ${mounted.configMap} could not be read whole`)
  const after = withData(live, { [mounted.key]: edited.text })
  if (edited.text === dataOf(live)[mounted.key]) return settled('the Corefile')
  // Without the plugin reload it is read at the start of a Pod only.
  const risk = mounted.corefile?.blocks.some(block => hasPlugin(block, 'reload')) ? 'safe' : 'restarts'
  const parts = { path, before: live, after, risk, survives: survivalOf(evidence, 'coredns', after) } as const
  return settingPlan(wanted, parts, [...edited.notes, ...cacheNotes(evidence)])
}

const refusal = (reason: string): Refusal => ({
  method: 'configmap',
  reason,
  steps: ['kubectl dnsfix check (what is wrong with the Corefile)', 'kubectl -n kube-system edit configmap coredns'],
})

function editOptions({ corefile }: MountedCorefile, evidence: Evidence): EditOptions {
  const seen = corefile && {
    path: corefile.source.file,
    files: new Map(corefile.sources.map(source => [source.file, source.text])),
  }
  return { ...seen, version: coreDnsVersion(evidence), listen: listenPort(evidence) }
}

/** The port of the DNS Pods that the Service sends queries to. */
function listenPort(evidence: Evidence): string {
  const target = dnsService(evidence)?.spec.ports?.find(p => p.port === 53)?.targetPort ?? 53
  if (typeof target === 'number') return String(target)
  const ports = evidence.pods.flatMap(p => p.spec.containers.flatMap(c => c.ports ?? []))
  return String(ports.find(p => p.name === target)?.containerPort ?? 53)
}

/** A cache on the nodes asks upstreams of its own for names outside the cluster (kubernetes, addons/dns/nodelocaldns). */
const cacheNotes = ({ workloads }: Evidence): readonly string[] =>
  workloads.some(w => w.metadata.name === 'node-local-dns' || w.metadata.name === 'nodelocaldns')
    ? ['NodeLocal DNSCache asks its own upstreams for names outside the cluster: its ConfigMap is not changed']
    : []
