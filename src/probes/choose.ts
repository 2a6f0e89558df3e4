import { ExpectedError } from '../errors.ts'
import { clusterEngine, engineOf, serverContainer } from '../snapshot/dns.ts'
import type { Container, PodSpec } from '../snapshot/objects.ts'
import type { Evidence } from '../snapshot/snapshot.ts'
import type { Prober } from './prober.ts'
import { relayProber } from './relay.ts'

/**
 * How to ask in this cluster: with the user's image, or with that of the DNS server which runs here already and so is allowed,
 * trusted and mostly pulled. Throws an ExpectedError where there is neither.
 */
export async function proberFor(evidence: Evidence, image: string | undefined): Promise<Prober> {
  if (image !== undefined) return (await import('./exec.ts')).execProber(image)
  const specs = [...evidence.pods.map(p => p.spec), ...evidence.workloads.map(w => w.spec.template.spec)]
  const engine = clusterEngine(evidence)
  const spec = specs.find(s => engineOf(s) === engine)
  if (engine === 'coredns' && spec) return relayOf(spec)
  if (engine === 'kube-dns' && spec) return sidecarOf(spec)
  throw noImage(engine === 'unknown' ? 'no DNS Pod was found whose image could be used' : `the DNS server is ${engine}`)
}

function relayOf(spec: PodSpec): Prober {
  const server = serverContainer(spec)
  if (!server?.image) throw noImage('the DNS Pods name no image')
  return relayProber(server.image, server.command)
}

async function sidecarOf(spec: PodSpec): Promise<Prober> {
  const imageOf = (name: string, pattern: RegExp) =>
    spec.containers.find((c: Container) => c.name === name || pattern.test(c.image ?? ''))?.image
  const sidecar = imageOf('sidecar', /k8s-dns-sidecar/)
  const dnsmasq = imageOf('dnsmasq', /k8s-dns-dnsmasq/)
  if (!sidecar || !dnsmasq) throw noImage('the kube-dns Pods have no sidecar or no dnsmasq')
  return (await import('./sidecar.ts')).sidecarProber({ sidecar, dnsmasq })
}

const noImage = (why: string): ExpectedError =>
  new ExpectedError(`There is no image to start probe Pods from: ${why}.`, {
    code: 'no-probe-image',
    hint: 'Name one that has a shell and dig or nslookup: --image IMAGE',
  })
