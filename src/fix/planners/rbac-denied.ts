import { linesOf } from '../../snapshot/logs.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'

/** What the API server refused to a DNS Pod, as the Pod's log has it. */
export interface Denied {
  readonly namespace: string
  readonly account: string
  readonly verb: string
  readonly group: string
  readonly resource: string
}

// The API server's sentence (k8s.io/apiserver, responsewriters.Forbidden), with its quotes escaped where klog puts it in quotes.
const sentence =
  /is forbidden: User \\?"system:serviceaccount:([^:"\\]+):([^:"\\]+)\\?" cannot (\w+) resource \\?"([^"\\]+)\\?" in API group \\?"([^"\\]*)\\?"/

/** Every refusal in the logs of the DNS Pods, each once. */
export function denials({ logs, pods }: Pick<Evidence, 'logs' | 'pods'>): readonly Denied[] {
  const all = pods
    .flatMap(pod => linesOf(logs, pod))
    .flatMap(line => {
      const [, namespace, account, verb, resource, group] = sentence.exec(line) ?? []
      if (!namespace || !account || !verb || !resource || group === undefined) return []
      return [{ namespace, account, verb, group, resource }]
    })
  return [...new Map(all.map(d => [Object.values(d).join(' '), d])).values()]
}
