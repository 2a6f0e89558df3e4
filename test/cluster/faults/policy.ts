import { kubectl } from '../api.ts'
import { nodes } from '../layout.ts'
import { dnsPodAddresses } from './dns-pods.ts'
import { type Fault, mark } from './fault.ts'
import { decide, decideNothing } from './firewall.ts'

const name = 'no-egress'

/**
 * A NetworkPolicy that denies egress in a namespace, and what a CNI that enforces it does to queries. The cluster's own
 * CNI enforces nothing, and addresses of Pods do not tell their namespace: all Pods but the DNS Pods are hit.
 */
export function policyFor(namespace: string): Fault {
  return {
    make: async () => {
      const allowed = (await dnsPodAddresses()).flatMap(queriesFrom)
      await kubectl(['create', '-f', '-'], JSON.stringify(policy(namespace)))
      for (const node of nodes) {
        await decide(node.name, 'DROP', queriesFrom(node.pods))
        await decide(node.name, 'ACCEPT', allowed)
      }
    },
    undo: async () => {
      await kubectl(['-n', namespace, 'delete', `networkpolicy/${name}`, '--ignore-not-found'])
      await decideNothing()
    },
  }
}

function queriesFrom(source: string): string[] {
  return ['udp', 'tcp'].map(protocol => `-s ${source} -p ${protocol} --dport 53`)
}

function policy(namespace: string): object {
  const metadata = { name, namespace, labels: { [mark]: '' } }
  const spec = { podSelector: {}, policyTypes: ['Egress'] }
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec }
}
