import { run } from '../exec.ts'
import { nodes } from '../layout.ts'
import { enter } from '../machine.ts'
import { mark } from './fault.ts'

type Verdict = 'DROP' | 'ACCEPT'

/** Matches of iptables(8), as "-p udp --dport 53". */
export type Match = string

/**
 * Decides on packets that a node forwards, before the rules that it has already. That is everything its Pods send and
 * get, also among themselves: kube-proxy needs br_netfilter, which shows the bridge's own traffic to iptables. In the
 * table mangle the Service's address is translated already, and kube-proxy never writes to its FORWARD.
 */
export async function decide(node: string, verdict: Verdict, matches: readonly Match[]): Promise<void> {
  for (const match of matches) {
    const comment = ['-m', 'comment', '--comment', mark]
    const rule = ['-I', 'FORWARD', ...match.split(' '), ...comment, '-j', verdict]
    await run(enter(node, ['iptables', '--wait', '-t', 'mangle', ...rule]))
  }
}

/** Removes what `decide` made, on every node. */
export async function decideNothing(): Promise<void> {
  await Promise.all(nodes.map(({ name }) => deleteRules(name, 'mangle', mark)))
}

/** Deletes the rules of a node's table whose line in iptables-save(8) matches a pattern of grep(1). */
export async function deleteRules(node: string, table: string, pattern: string): Promise<void> {
  const script = 'iptables-save -t "$1" | grep -e "$2" | sed s/^-A/-D/ | xargs -r -L1 iptables --wait -t "$1"'
  await run(enter(node, ['sh', '-c', script, 'sh', table, pattern]))
}
