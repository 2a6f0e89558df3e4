import { finding, refName } from '../finding.ts'
import { dnsService, engineOf, isGoing, labelText, selects, serviceRef } from '../snapshot/dns.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'selector-mismatch',
  title: 'the DNS Service selects the DNS Pods',
  codes: ['DNS103'],
  subject: 'service',
  inputs: ['services', 'workloads', 'pods'],
  uses: ['kubelets'],
  *check({ services, kubelets, workloads, pods }) {
    const service = dnsService({ services, kubelets })
    if (!service?.spec.selector) return
    const selector = service.spec.selector
    const servers = pods.filter(p => !isGoing(p) && engineOf(p.spec) !== 'unknown')
    if (servers.length === 0 || servers.some(p => selects(selector, p.metadata.labels))) return
    // A second server for other names may run beside that of the cluster, which has the usual label.
    const own = (servers.find(p => p.metadata.labels?.['k8s-app'] === 'kube-dns') ?? servers[0])?.metadata.labels
    const selectors = workloads.map(w => w.spec.selector?.matchLabels)
    const labels = labelText(selectors.find(s => selects(s, own)) ?? own)
    const name = refName(service.metadata)
    const args = { service: name, selector: labelText(selector), labels, pods: servers.length }
    yield finding('DNS103', serviceRef(service), args, 'all', [
      { source: `Service ${name}`, text: `selector: ${labelText(selector)}` },
      ...servers.map(p => ({ source: `Pod ${p.metadata.name}`, text: `labels: ${labelText(p.metadata.labels)}` })),
    ])
  },
})
