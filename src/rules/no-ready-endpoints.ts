import { finding, refName } from '../finding.ts'
import { dnsService, serviceRef } from '../snapshot/dns.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'no-ready-endpoints',
  title: 'the DNS Service has ready endpoints',
  codes: ['DNS102'],
  subject: 'service',
  inputs: ['services', 'endpointSlices'],
  uses: ['kubelets'],
  *check({ services, endpointSlices, kubelets }) {
    const service = dnsService({ services, kubelets })
    if (!service) return
    const own = endpointSlices.filter(
      s =>
        s.metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name &&
        s.metadata.namespace === service.metadata.namespace,
    )
    const endpoints = own.flatMap(s => s.endpoints ?? [])
    // A missing condition counts as ready: discovery.k8s.io/v1 EndpointConditions.
    const ready = endpoints.filter(e => e.conditions?.ready !== false).length
    if (ready > 0) return
    const name = refName(service.metadata)
    yield finding('DNS102', serviceRef(service), { service: name, ready, total: endpoints.length }, 'all', [
      { source: `EndpointSlices of ${name}`, text: `${ready} of ${endpoints.length} endpoints are ready` },
    ])
  },
})
