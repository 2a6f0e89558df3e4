import type { Client } from '../kube/client.ts'
import type { Pod } from '../snapshot/objects.ts'
import type { Says } from './loaded.ts'
import { coreDnsSays } from './loaded-coredns.ts'
import { kubeDnsSays } from './loaded-kube-dns.ts'
import { presentData, presentHashes } from './settled-config.ts'
import { coreDnsWords, kubeDnsWords, type Since } from './settled-words.ts'

/** Asks one DNS Pod whether it runs the configuration that is in the cluster now. Rejects with a RequestError. */
export type Judge = (client: Client, pod: Pod, since: Since, signal: AbortSignal) => Promise<Says>

export const judgeCoreDns: Judge = async (client, pod, since, signal) => {
  const hashes = await presentHashes(client, pod, signal)
  return coreDnsSays(await coreDnsWords(client, pod, since, signal), hashes)
}

export const judgeKubeDns: Judge = async (client, pod, since, signal) => {
  const data = await presentData(client, pod, signal)
  return kubeDnsSays(await kubeDnsWords(client, pod, since, signal), data)
}
