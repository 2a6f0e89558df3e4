import type { Corefile } from '../corefile/types.ts'
import { answeringBlocks, upstreamsOf } from '../corefile/upstreams.ts'
import { configMapRef, type EvidenceLine, finding } from '../finding.ts'
import { dnsmasqServers } from '../kube-dns/dnsmasq.ts'
import { mountedCorefile } from '../snapshot/corefiles.ts'
import { engineOf, isGoing, isReady } from '../snapshot/dns.ts'
import { lastLine, linesOf, patterns } from '../snapshot/logs.ts'
import type { Evidence } from '../snapshot/snapshot.ts'
import { defineRule } from './rule.ts'

type Seen = Pick<Evidence, 'workloads' | 'pods' | 'configMaps' | 'logs'>
interface Lack {
  readonly why: string
  readonly seen: EvidenceLine
  readonly configMap: string
}

export default defineRule({
  name: 'no-upstream',
  title: 'there is an upstream for names outside the cluster',
  codes: ['DNS303'],
  inputs: ['workloads', 'pods'],
  uses: ['configMaps', 'logs', 'questions'],
  *check({ questions, ...seen }) {
    // Without external questions (--no-external) a cluster without an upstream is what was asked for.
    if (!questions.some(q => q.scope === 'external')) return
    const lack = emptyResolvConf(seen) ?? noForward(seen) ?? noDnsmasqServer(seen)
    if (lack) yield finding('DNS303', configMapRef(lack.configMap), { why: lack.why }, 'all', [lack.seen])
  },
})

/** CoreDNS does not start so: a Pod that is Ready has the line in an older log, or only refused a changed Corefile. */
function emptyResolvConf(seen: Seen): Lack | undefined {
  for (const pod of seen.pods.filter(p => !isGoing(p) && !isReady(p))) {
    const line = lastLine(linesOf(seen.logs, pod), patterns.noUpstream)
    const configMap = mountedCorefile(seen)?.configMap ?? ''
    if (line)
      return {
        why: 'their resolv.conf names no server',
        seen: { source: `log of ${pod.metadata.name}`, text: line },
        configMap,
      }
  }
  return undefined
}

function noForward(seen: Seen): Lack | undefined {
  const mounted = mountedCorefile(seen)
  if (!mounted?.corefile || resolvesRoot(mounted.corefile)) return undefined
  const source = `ConfigMap ${mounted.configMap}`
  const blocks = answeringBlocks(mounted.corefile, '.')
  const text = blocks.length > 0 ? 'no forward plugin in the server block of "."' : 'no server block for "."'
  return { why: `the Corefile has ${text}`, seen: { source, text }, configMap: mounted.configMap }
}

/** CoreDNS's plugins that resolve nothing outside the cluster; a plugin that is not listed might. */
const local = new Set(
  `acl any auto autopath azure bind bufsize cache cancel chaos clouddns debug dns64 dnssec dnstap errors etcd file
  geoip header health hosts import k8s_external kubernetes loadbalance local log loop metadata minimal multisocket
  nomad nsid pprof prometheus quic ready reload rewrite root route53 secondary sign template timeouts tls trace
  transfer tsig view whoami`.split(/\s+/),
)

function resolvesRoot(corefile: Corefile): boolean {
  if (upstreamsOf(corefile).length > 0) return true
  const plugins = answeringBlocks(corefile, '.').flatMap(block => block.directives.map(d => d.name.text))
  return plugins.some(name => name !== 'forward' && name !== 'proxy' && !local.has(name))
}

/** dnsmasq lists its servers when it starts; one without any for all names refuses every external name. */
function noDnsmasqServer(seen: Seen): Lack | undefined {
  for (const pod of seen.pods.filter(p => !isGoing(p) && engineOf(p.spec) === 'kube-dns')) {
    const lines = linesOf(seen.logs, pod, 'dnsmasq')
    const servers = dnsmasqServers(lines)
    const started = lastLine(lines, /started, version/)
    // A looping server is a loopback upstream, which has a code of its own.
    if (!started || servers.using.length > 0 || servers.looping.length > 0) continue
    const text = servers.lines.at(-1) ?? 'started without "using nameserver" for all names'
    const source = `log of ${pod.metadata.name}/dnsmasq`
    return { why: 'dnsmasq has no server for them', seen: { source, text }, configMap: 'kube-system/kube-dns' }
  }
  return undefined
}
