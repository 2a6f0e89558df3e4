import { dnsService } from '../snapshot/dns.ts'
import { attempt, type Look, listAll } from '../snapshot/look.ts'
import type { NetworkPolicy } from '../snapshot/policy-objects.ts'
import { prune } from '../snapshot/prune.ts'
import type { Evidence } from '../snapshot/snapshot.ts'

/** The NetworkPolicies that can stand between a probe and DNS: those of its own namespace and of the DNS Pods'. */
export async function listPolicies(
  look: Look,
  namespace: string,
  evidence: Evidence,
): Promise<readonly NetworkPolicy[]> {
  const dns = dnsService(evidence)?.metadata.namespace ?? evidence.pods[0]?.metadata.namespace ?? 'kube-system'
  const lists = await Promise.all([...new Set([namespace, dns])].map(space => listIn(look, space)))
  return lists.flat()
}

const shape = { metadata: { name: true, namespace: true }, spec: true } as const

async function listIn(look: Look, namespace: string): Promise<readonly NetworkPolicy[]> {
  const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`
  const list = () => listAll(look, path, item => prune<NetworkPolicy>(item, shape))
  return (await attempt(look, { input: 'networkPolicies', object: namespace }, list)) ?? []
}
