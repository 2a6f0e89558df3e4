import { kubectl } from '../api.ts'
import { attempt, run } from '../exec.ts'
import { enter } from '../machine.ts'
import { dnsPodsServe } from './dns-pods.ts'
import type { Fault } from './fault.ts'
import { deleteRules } from './firewall.ts'
import { serviceRules } from './service.ts'

/**
 * A node without kube-proxy's rules for the DNS Service. A running kube-proxy writes them again with the next change of
 * any Service or EndpointSlice, so it hangs meanwhile; nothing probes it, and its Pod stays Ready.
 */
export function withoutServiceRules(node: string): Fault {
  return {
    make: async () => {
      await run(enter(node, ['pkill', '-STOP', '-x', 'kube-proxy']))
      await deleteRules(node, 'nat', serviceRules)
    },
    undo: () => replaceHanging(node),
  }
}

/** A new kube-proxy in place of one that hangs: it writes all its rules when it starts. */
async function replaceHanging(node: string): Promise<void> {
  const { stdout } = await attempt(enter(node, ['ps', '-C', 'kube-proxy', '-o', 'stat=']))
  if (!stdout.startsWith('T')) return
  const onNode = ['-l', 'k8s-app=kube-proxy', `--field-selector=spec.nodeName=${node}`]
  await kubectl(['-n', 'kube-system', 'delete', 'pods', ...onNode, '--grace-period=1'])
  await dnsPodsServe()
}
