import type { Analysis } from '../analyze.ts'
import { type Code, categoryOf } from '../catalog.ts'
import { distributionOf } from '../distributions.ts'
import { atLeast, type Finding, messageOf, severityOf } from '../finding.ts'
import { mountedCorefile } from '../snapshot/corefiles.ts'
import { clusterEngine } from '../snapshot/dns.ts'
import type { Evidence, Snapshot } from '../snapshot/snapshot.ts'
import { type Fact, failed, passed, unknown } from './fact.ts'
import { isKubeadm, kubeadmFacts } from './kubeadm.ts'
import { leftAlone, ownerOf, writerFacts } from './owners.ts'
import { resolvConfFacts } from './resolvconf.ts'

/**
 * Whether what DNS is set to stays as it is: when DNS Pods restart, at an upgrade, when whoever owns the objects writes them
 * anew, after a reboot, on a new node. Judged from where settings live and who wrote them; nothing is touched.
 */
export function survives({ evidence }: Snapshot, analysis: Analysis): readonly Fact[] {
  const engine = clusterEngine(evidence)
  if (engine !== 'coredns' && engine !== 'kube-dns')
    return [
      unknown('DNS Pods', 'no DNS server that is known runs in this cluster: where its settings live is not known'),
    ]
  return [...ownerFacts(evidence, engine), ...resolvConfFacts(evidence), ...restartFacts(analysis)]
}

/** What a DNS Pod that is made now comes up with, and what does not let it come up. */
const restart: ReadonlySet<Code> = new Set<Code>([
  'DNS105',
  'DNS106',
  'DNS107',
  'DNS110',
  'DNS201',
  'DNS202',
  'DNS203',
  'DNS204',
  'DNS301',
  'DNS303',
  'DNS304',
  'DNS401',
  'DNS404',
])

function restartFacts({ findings, skipped }: Analysis): readonly Fact[] {
  const isAbout = (code: Code) => restart.has(code)
  // What probe Pods see now is answered by the DNS Pods that run now.
  const isLater = (f: Finding) => f.reach === 'soon' && !['access', 'network'].includes(categoryOf(f.code))
  const faults = findings.filter(f => atLeast(severityOf(f), 'warning') && (isAbout(f.code) || isLater(f)))
  const open = skipped.filter(s => s.rule.codes.some(isAbout))
  if (faults.length > 0) return faults.map(f => failed(f.code, `a DNS Pod that restarts now: ${messageOf(f)}`))
  if (open.length > 0)
    return open.map(s => unknown(s.rule.name, `not known whether ${s.rule.title}, also after a restart: ${s.reason}`))
  return [passed('DNS Pods', 'nothing is found that a restart of the DNS Pods would bring about')]
}

function ownerFacts(evidence: Evidence, engine: 'coredns' | 'kube-dns'): readonly Fact[] {
  const distribution = distributionOf(evidence)
  const path = engine === 'coredns' ? mountedCorefile(evidence)?.configMap : 'kube-system/kube-dns'
  const map = evidence.configMaps.find(({ metadata: m }) => `${m.namespace}/${m.name}` === path)
  const key = engine === 'coredns' ? (mountedCorefile(evidence)?.key ?? 'Corefile') : 'upstreamNameservers'
  const owner = map && ownerOf(map, distribution)
  if (map && owner) return writerFacts(map, key, owner, evidence)
  if (isKubeadm(distribution)) return kubeadmFacts(evidence, engine)
  const what = path === undefined ? 'the Corefile' : `ConfigMap ${path}`
  const left = map && leftAlone(distribution, engine)
  if (left) return [passed(what, left)]
  const why = 'no label, annotation or field manager of an owner that is known here'
  return [unknown(what, `who writes ${what} anew at an upgrade is not known: ${why} (distribution: ${distribution})`)]
}
