import type { Client } from '../kube/client.ts'
import { patiently } from './apply-patience.ts'
import { type DnsServer, workingPods, workloadPath } from './settled-pods.ts'
import { until, type Waiting } from './settled-wait.ts'

/** The Scale of a workload (autoscaling/v1), of which only the number is ours. */
interface Scale {
  readonly spec: { readonly replicas?: number }
}

const spareMs = 120_000

/**
 * Does `work` while the Deployment of a lone DNS Pod has one Pod more, and takes that back whatever comes of it. Other workloads
 * cannot have one more: their Pod is down while it is restarted, and that is said.
 */
export async function withSpare<T>(
  client: Client,
  dns: DnsServer,
  waiting: Waiting,
  work: () => Promise<T>,
): Promise<T> {
  if (dns.workload?.kind !== 'Deployment') {
    waiting.say('The only DNS Pod is restarted, and names fail until it is back')
    return work()
  }
  const path = `${workloadPath(dns.workload)}/scale`
  const before = await patiently(waiting, () => client.get<Scale>(path))
  const wanted = before.spec.replicas ?? 1
  waiting.say('A second DNS Pod is started, so that the only one can be restarted')
  await client.put(path, { ...before, spec: { ...before.spec, replicas: wanted + 1 } })
  try {
    await until(waiting, spareMs, async () => {
      const working = await workingPods(client, dns, waiting.signal)
      if (working.length > 1) return { done: true, value: undefined }
      return { done: false, missing: 'the second DNS Pod is not Ready behind the DNS Service' }
    })
    return await work()
  } finally {
    const now = await client.get<Scale>(path)
    await client.put(path, { ...now, spec: { ...now.spec, replicas: wanted } })
  }
}
