import { Duplex } from 'node:stream'
import { type DecodedPacket, streamDecode, streamEncode } from 'dns-packet'
import type { DnsServer } from '../../src/fix/settled-pods.ts'
import type { Service, Workload } from '../../src/snapshot/objects.ts'

export const dns: DnsServer = {
  namespace: 'kube-system',
  selector: { 'k8s-app': 'kube-dns' },
  service: { metadata: { name: 'kube-dns', namespace: 'kube-system' }, spec: {} } as Service,
  workload: { kind: 'Deployment', metadata: { name: 'coredns', namespace: 'kube-system' } } as Workload,
  name: 'kubernetes.default.svc.cluster.local',
}

/** A stream that answers every question, with nothing. */
export function answering(): Duplex {
  const stream: Duplex = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      const { id = 0, questions = [] } = streamDecode(chunk) as DecodedPacket
      stream.push(streamEncode({ type: 'response', id, flags: 0, questions, answers: [] }))
      done()
    },
  })
  return stream
}
