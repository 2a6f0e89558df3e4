import type { Client } from '../kube/client.ts'

/**
 * A client that asks `assertHeld` before everything that it writes, and writes nothing when that throws. Only what the run itself has made
 * to look and to work with is tidied away all the same.
 */
export function guarded(client: Client, assertHeld: () => void): Client {
  return {
    ...client,
    post: async (path, body, options) => {
      assertHeld()
      return client.post(path, body, options)
    },
    put: async (path, body, options) => {
      assertHeld()
      return client.put(path, body, options)
    },
    delete: async (path, body, options) => {
      if (!isOwnPod(path)) assertHeld()
      return client.delete(path, body, options)
    },
  }
}

/** The names that probe Pods and the Pods on nodes are given. */
const isOwnPod = (path: string): boolean => /\/pods\/dnsfix-(probe|node)-/.test(path)
