import { hasPlugin } from '../corefile/query.ts'
import { upstreamsOf } from '../corefile/upstreams.ts'
import { isBefore } from '../corefile/version.ts'
import { configMapRef, finding } from '../finding.ts'
import { mountedCorefile } from '../snapshot/corefiles.ts'
import { coreDnsVersion } from '../snapshot/version.ts'
import { defineRule } from './rule.ts'

/** The first CoreDNS with the plugin `loop`. */
const since = '1.2.1'

export default defineRule({
  name: 'loop-missing',
  title: 'CoreDNS watches for a forwarding loop',
  codes: ['DNS205'],
  engine: 'coredns',
  inputs: ['workloads', 'pods', 'configMaps'],
  uses: ['metrics'],
  *check({ workloads, pods, configMaps, metrics }) {
    const mounted = mountedCorefile({ workloads, pods, configMaps })
    if (!mounted?.corefile || isBefore(coreDnsVersion({ pods, workloads, metrics }), since) === true) return
    const open = upstreamsOf(mounted.corefile).find(u => !hasPlugin(u.block, 'loop'))
    if (!open) return
    const { configMap } = mounted
    const keys = open.block.keys.map(k => k.text).join(' ')
    const text = `server block ${keys}: ${open.plugin} on line ${open.directive.name.line}, no loop`
    yield finding('DNS205', configMapRef(configMap), { configMap }, 'soon', [
      { source: `ConfigMap ${configMap}`, text },
    ])
  },
})
