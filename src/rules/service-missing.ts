import { finding } from '../finding.ts'
import { dnsService, hasAddress, isServiceAddress } from '../snapshot/dns.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'service-missing',
  title: 'the DNS Service exists and has the address that Pods ask',
  codes: ['DNS101'],
  subject: 'in-cluster',
  inputs: ['services'],
  uses: ['kubelets'],
  *check({ services, kubelets }) {
    const service = dnsService({ services, kubelets })
    if (service) return
    const isFree = (address: string) => isServiceAddress(address) && !services.some(s => hasAddress(s, address))
    const asked = kubelets.flatMap(k => k.clusterDNS).find(isFree)
    const evidence = [
      { source: 'Services of kube-system', text: 'none named kube-dns or labelled k8s-app=kube-dns' },
      ...kubelets.map(k => ({
        source: `kubelet on ${k.node}`,
        text: `clusterDNS: ${k.clusterDNS.join(', ') || '(none)'}`,
      })),
    ]
    const object = { kind: 'Service', namespace: 'kube-system', name: 'kube-dns' }
    yield finding('DNS101', object, { service: 'kube-system/kube-dns', expected: asked ?? null }, 'all', evidence)
  },
})
