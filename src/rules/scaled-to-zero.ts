import { finding } from '../finding.ts'
import { isGoing, isNodeCache, workloadRef } from '../snapshot/dns.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'scaled-to-zero',
  title: 'a DNS server is installed and has replicas',
  codes: ['DNS109', 'DNS113'],
  subject: 'in-cluster',
  inputs: ['workloads', 'pods'],
  *check({ workloads, pods }) {
    if (pods.some(p => !isGoing(p))) return
    if (workloads.every(isNodeCache)) {
      const object = { kind: 'Namespace', name: 'kube-system' }
      yield finding('DNS113', object, { namespace: 'kube-system' }, 'all', [
        { source: 'Deployments and DaemonSets of kube-system', text: 'none runs CoreDNS or kube-dns' },
      ])
    }
    for (const workload of workloads.filter(w => w.kind === 'Deployment' && w.spec.replicas === 0)) {
      const name = `deployment/${workload.metadata.name}`
      yield finding('DNS109', workloadRef(workload), { workload: name }, 'all', [
        { source: `Deployment ${workload.metadata.name}`, text: 'spec.replicas: 0' },
      ])
    }
  },
})
