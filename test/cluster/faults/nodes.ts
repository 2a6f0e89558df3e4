import { kubectl, unreadyNodes } from '../api.ts'
import { attempt, Missing, run, until } from '../exec.ts'
import { enter } from '../machine.ts'
import { nodesReady } from '../up.ts'
import { dnsPodsServe } from './dns-pods.ts'
import type { Fault } from './fault.ts'

/** The scheduler puts no new Pod on a node. */
export function cordon(node: string): Fault {
  return {
    make: async () => {
      await kubectl(['cordon', node])
    },
    undo: async () => {
      await kubectl(['uncordon', node])
    },
  }
}

/** A node that is not Ready, in a cluster whose DNS Pods serve otherwise. */
export function nodeDown(node: string): Fault {
  const { make, undo } = kubeletStopped(node)
  return {
    make,
    undo: async () => {
      await undo()
      await dnsPodsServe()
    },
  }
}

/**
 * A node whose kubelet does not run, so that it is not Ready. Its Pods go on. The controller-manager waits for its
 * --node-monitor-grace-period (50 s) until it says so.
 */
export function kubeletStopped(node: string): Fault {
  return {
    make: async () => {
      await run(enter(node, ['systemctl', 'stop', 'kubelet']))
      await until(`node ${node} to be down`, 120, async () => {
        const unready = await unreadyNodes([node])
        return unready.length === 1 ? true : new Missing('it is Ready')
      })
    },
    undo: async () => {
      const { stdout } = await attempt(enter(node, ['systemctl', 'is-active', 'kubelet']))
      if (stdout.trim() === 'active') return
      await run(enter(node, ['systemctl', 'start', 'kubelet']))
      await nodesReady()
    },
  }
}
