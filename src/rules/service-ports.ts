import { finding, refName } from '../finding.ts'
import { dnsService, serviceRef } from '../snapshot/dns.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'service-ports',
  title: 'the DNS Service has port 53 over UDP and TCP',
  codes: ['DNS104'],
  subject: 'service',
  inputs: ['services'],
  uses: ['kubelets'],
  *check({ services, kubelets }) {
    const service = dnsService({ services, kubelets })
    if (!service) return
    const ports = service.spec.ports ?? []
    const has = (protocol: string) => ports.some(p => p.port === 53 && (p.protocol ?? 'TCP') === protocol)
    const name = refName(service.metadata)
    const listed = ports.map(p => `${p.port}/${p.protocol ?? 'TCP'}`).join(', ') || '(none)'
    for (const protocol of ['UDP', 'TCP'].filter(p => !has(p))) {
      const reach = protocol === 'UDP' ? 'all' : 'some'
      yield finding('DNS104', serviceRef(service), { service: name, protocol }, reach, [
        { source: `Service ${name}`, text: `ports: ${listed}` },
      ])
    }
  },
})
