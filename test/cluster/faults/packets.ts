import { nodes, world } from '../layout.ts'
import type { Fault } from './fault.ts'
import { decide, decideNothing } from './firewall.ts'

const allPods = nodes.map(node => node.pods).join(',')

/**
 * What a node's Pods send to other nodes' Pods is dropped, as by a broken overlay; answers count, so that other nodes'
 * Pods hear nothing from the Pods of this node either. The nodes themselves reach each other and every Pod.
 */
export function dropToOtherNodesPods(node: string): Fault {
  const own = nodes.filter(({ name }) => name === node).map(({ pods }) => pods)
  const others = nodes.filter(({ name }) => name !== node).map(({ pods }) => pods)
  return { make: () => decide(node, 'DROP', [`-s ${own} -d ${others}`]), undo: decideNothing }
}

/** DNS queries between Pods are dropped over one protocol, through the Service and without it, on every node. */
export function dropDns(protocol: 'udp' | 'tcp'): Fault {
  const match = `-s ${allPods} -d ${allPods} -p ${protocol} --dport 53`
  return { make: () => onAll([match]), undo: decideNothing }
}

/** The public resolvers are silent for the Pods of one node, also for the DNS Pods there. */
export function dropUpstream(node: string): Fault {
  return { make: () => decide(node, 'DROP', [`-s ${allPods} -d ${world.resolvers.join(',')}`]), undo: decideNothing }
}

async function onAll(matches: readonly string[]): Promise<void> {
  await Promise.all(nodes.map(({ name }) => decide(name, 'DROP', matches)))
}
