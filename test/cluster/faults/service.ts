import { Missing, run, until } from '../exec.ts'
import { dns, nodes } from '../layout.ts'
import { enter } from '../machine.ts'

/** What iptables-save(8) says of kube-proxy's rules for the DNS Service: one line for each protocol. */
export const serviceRules = `^-A KUBE-SERVICES -d ${dns.service}/32 .*--dport 53 `

/** Returns when the rules of every node lead from the DNS Service to these addresses, and to no others. */
export async function serviceLeadsTo(addresses: readonly string[]): Promise<void> {
  const wanted = [...addresses].sort().join(' and ')
  await until('the DNS Service', 60, async () => {
    const found = await Promise.all(nodes.map(({ name }) => destinations(name)))
    const wrong = found.findIndex(way => way !== wanted)
    return wrong < 0 ? true : new Missing(`on ${nodes[wrong]?.name} it leads to ${found[wrong] || 'nothing'}`)
  })
}

async function destinations(node: string): Promise<string> {
  const text = await run(enter(node, ['iptables-save', '-t', 'nat']))
  if ([...text.matchAll(new RegExp(serviceRules, 'gm'))].length < 2) return ''
  const ways = [...text.matchAll(/"kube-system\/kube-dns:dns(?:-tcp)? -> ([\d.]+):53"/g)]
  return [...new Set(ways.map(way => way[1]))].sort().join(' and ')
}
