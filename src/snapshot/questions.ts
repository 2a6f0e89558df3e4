import { addressesOf, isGoing } from './dns.ts'
import { attempt, type Look } from './look.ts'
import type { Service } from './objects.ts'
import type { Evidence, Question } from './snapshot.ts'
import { servedZones } from './zones.ts'

type Seen = Pick<Evidence, 'pods' | 'workloads' | 'configMaps'>

/** What to ask the servers that are seen; they are waited for only where no kubelet names the cluster domain. */
export type Ask = (seen: Promise<Seen>) => Promise<readonly Question[]>

/** Asks for one name that every cluster has, with the address it must have, and for the external names. */
export function asker(look: Look, domain: Promise<string>, external: readonly Question[]): Ask {
  const started = kubernetesAddresses(look)
  // Whoever asks hears of a failure; until then it must not count as unheard, which would end the process.
  started.catch(() => undefined)
  return async seen => {
    const [expected, named] = await Promise.all([started, domain])
    const zone = withoutDot(named) || servedDomain(look, await seen)
    const type = expected[0]?.includes(':') ? 'AAAA' : 'A'
    const name = `kubernetes.default.svc.${zone}`
    return [...(zone ? [{ name, type, scope: 'cluster', expected } as const] : []), ...external]
  }
}

const withoutDot = (zone: string): string => zone.replace(/\.$/, '')

async function kubernetesAddresses(look: Look): Promise<readonly string[]> {
  const path = '/api/v1/namespaces/default/services/kubernetes'
  const get = () => look.client.get<Service>(path, { signal: look.signal })
  const service = await attempt(look, { input: 'questions', object: 'Service default/kubernetes' }, get)
  return service ? addressesOf(service) : []
}

/** The domain that the servers themselves name. A guess would make a fault of a right answer: better none. */
function servedDomain(look: Look, seen: Seen): string {
  const zone = servedZones(seen)?.zones.map(withoutDot).find(Boolean) ?? ''
  const isAsked = seen.pods.some(p => !isGoing(p))
  if (zone === '' && isAsked) {
    const detail = 'no kubelet and no configuration of the DNS server names the cluster domain'
    look.gaps.push({ input: 'answers', object: 'the cluster domain', why: 'failed', detail })
  }
  return zone
}
