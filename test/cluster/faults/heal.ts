import { kubectl } from '../api.ts'
import { nodes } from '../layout.ts'
import { removeNewcomer } from '../newcomer.ts'
import { mark } from './fault.ts'
import { decideNothing } from './firewall.ts'
import { withoutServiceRules } from './kube-proxy.ts'
import { cordon, kubeletStopped } from './nodes.ts'
import { upstreamsDisagree } from './upstreams.ts'

const objects = 'pods,configmaps,networkpolicies'

/** Undoes every fault that a killed run may have left. */
export async function healNetwork(): Promise<void> {
  await removeNewcomer()
  await decideNothing()
  await upstreamsDisagree().undo()
  await kubectl(['delete', objects, '--all-namespaces', '-l', mark, '--grace-period=1'])
  for (const { name } of nodes) {
    await cordon(name).undo()
    await kubeletStopped(name).undo()
    await withoutServiceRules(name).undo()
  }
}
