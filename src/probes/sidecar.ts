import { RequestError } from '../kube/failures.ts'
import type { Observation, ProbeQuestion } from '../snapshot/observations.ts'
import { askThroughDnsmasq, relayContainer } from './dnsmasq.ts'
import type { TcpRelay } from './dnsmasq-ask.ts'
import type { Ask, Prober, Session } from './prober.ts'
import { hostPort } from './relay-corefile.ts'
import { readHealth } from './sidecar-health.ts'

/** The images of kube-dns's own containers. */
export interface KubeDnsImages {
  readonly sidecar: string
  readonly dnsmasq: string
}

/** A question that k8s-dns-sidecar asks over UDP, every second, under a label. */
interface UdpProbe {
  readonly label: string
  readonly ask: Ask
  readonly question: ProbeQuestion
}

/**
 * Asks with kube-dns's own images: k8s-dns-sidecar over UDP, which knows no PTR and tells only whether records came, and a dnsmasq
 * for each target over TCP. Over UDP the Pod asks everything by itself: there every name has an observation. A target whose dnsmasq
 * is lost has none over TCP.
 */
export function sidecarProber(images: KubeDnsImages): Prober {
  return {
    kind: 'sidecar',
    image: images.sidecar,
    parts: (asks, firstPort) => {
      const { probes, relays, healthPort } = layout(asks, firstPort)
      const sidecar = sidecarContainer(images.sidecar, probes, healthPort)
      const containers = relays.map(relay => relayContainer(relay, images.dnsmasq))
      return { containers: probes.length > 0 ? [sidecar, ...containers] : containers }
    },
    ask: askAll,
  }
}

/** What the Pod is made of, from what is asked: the same for the manifest and for the asking. */
function layout(asks: readonly Ask[], firstPort: number) {
  const over = (protocol: Ask['protocol']) => asks.filter(ask => ask.protocol === protocol)
  const questions = over('udp').flatMap(ask => ask.questions.map(question => ({ ask, question })))
  const relays = over('tcp').map((ask, i): TcpRelay => ({ ask, container: `tcp${i}`, port: firstPort + i }))
  const probes = questions
    .filter(({ question }) => question.type !== 'PTR')
    .map((asked, i): UdpProbe => ({ ...asked, label: `p${i}` }))
  return { probes, relays, healthPort: firstPort + relays.length }
}

/** Source: kubernetes/dns, cmd/sidecar/main.go (configureFlags). The dnsmasq that it watches is not there: it asks once, in vain. */
const sidecarContainer = (image: string, probes: readonly UdpProbe[], port: number) => ({
  name: 'udp',
  image,
  args: [
    '--prometheus-addr=127.0.0.1',
    `--prometheus-port=${port}`,
    '--dnsmasq-poll-interval-ms=3600000',
    ...probes.map(
      ({ label, ask: { to }, question: { name, type } }) =>
        `--probe=${label},${hostPort(to.address, to.port)},${name}.,1,${type}`,
    ),
  ],
  resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '100m', memory: '48Mi' } },
})

async function askAll(session: Session, asks: readonly Ask[]): Promise<readonly Observation[]> {
  const { probes, relays, healthPort } = layout(asks, session.firstPort)
  const [udp, tcp] = await Promise.all([askSidecar(session, healthPort, probes), askRelays(session, relays)])
  return [...udp, ...tcp]
}

/** A relay that cannot be talked to costs no more than the observations of its own target; rejects when none can. */
async function askRelays(session: Session, relays: readonly TcpRelay[]): Promise<readonly Observation[]> {
  const ends = await Promise.allSettled(relays.map(relay => askThroughDnsmasq(session, relay)))
  session.signal.throwIfAborted()
  const failures = ends.flatMap(end => (end.status === 'rejected' ? [end.reason as unknown] : []))
  const bug = failures.find(error => !(error instanceof RequestError))
  if (bug) throw bug
  if (relays.length > 0 && failures.length === relays.length) throw failures[0]
  return ends.flatMap(end => (end.status === 'fulfilled' ? end.value : []))
}

async function askSidecar(
  session: Session,
  port: number,
  probes: readonly UdpProbe[],
): Promise<readonly Observation[]> {
  if (probes.length === 0) return []
  const labels = probes.map(probe => probe.label)
  const results = await readHealth(session, port, labels)
  const { node, from } = session
  return probes.flatMap(({ label, ask, question }) => {
    const result = results.get(label)
    return result ? [{ node, from, to: ask.to, protocol: 'udp' as const, question, result }] : []
  })
}
