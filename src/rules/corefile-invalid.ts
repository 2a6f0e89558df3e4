import { validateCorefile } from '../corefile/validate.ts'
import { configMapRef, type EvidenceLine, finding } from '../finding.ts'
import { type MountedCorefile, mountedCorefile } from '../snapshot/corefiles.ts'
import { isGoing, isReady } from '../snapshot/dns.ts'
import { lastLine, linesOf, patterns } from '../snapshot/logs.ts'
import type { Pod } from '../snapshot/objects.ts'
import type { ContainerLog } from '../snapshot/snapshot.ts'
import { coreDnsVersion } from '../snapshot/version.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'corefile-invalid',
  title: 'the Corefile is there and CoreDNS can start with it',
  codes: ['DNS201', 'DNS204'],
  engine: 'coredns',
  inputs: ['workloads', 'pods', 'configMaps'],
  uses: ['logs', 'metrics'],
  *check({ workloads, pods, configMaps, logs, metrics }) {
    const mounted = mountedCorefile({ workloads, pods, configMaps })
    if (!mounted) return
    const { configMap, key } = mounted
    const running = pods.some(p => !isGoing(p) && isReady(p))
    const reach = running ? 'soon' : 'all'
    const object = configMapRef(configMap)
    if (mounted.text === undefined) {
      yield finding('DNS204', object, { configMap, key }, reach, [
        { source: `ConfigMap ${configMap}`, text: `no key ${key}` },
      ])
      return
    }
    const version = coreDnsVersion({ pods, workloads, metrics })
    const found = problemOf(mounted, version) ?? refusedAtStart(pods, logs)
    if (!found) return
    yield finding('DNS201', object, { configMap, problem: found.text, running }, reach, [found])
  },
})

/** What our own reading of the text says that this CoreDNS would refuse. */
function problemOf(mounted: MountedCorefile, version: string | undefined): EvidenceLine | undefined {
  const source = `ConfigMap ${mounted.configMap}`
  if (mounted.error) return { source, text: mounted.error.message }
  const problem = mounted.corefile && validateCorefile(mounted.corefile, version).find(p => p.certain)
  return problem && { source, text: `line ${problem.line}: ${problem.message}` }
}

/** What CoreDNS itself said when it did not start: it knows plugins that we do not. */
function refusedAtStart(pods: readonly Pod[], logs: readonly ContainerLog[]): EvidenceLine | undefined {
  for (const pod of pods.filter(p => !isGoing(p) && !isReady(p))) {
    const line = lastLine(linesOf(logs, pod), patterns.corefile)
    if (line) return { source: `log of ${pod.metadata.name}`, text: line }
  }
  return undefined
}
