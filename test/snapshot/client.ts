import { Duplex } from 'node:stream'
import { type Answer, type DecodedPacket, streamDecode, streamEncode } from 'dns-packet'
import type { Client } from '../../src/kube/client.ts'
import { RequestError, rightOf } from '../../src/kube/failures.ts'
import { labelText, selects } from '../../src/snapshot/dns.ts'
import type { Meta } from '../../src/snapshot/objects.ts'
import type { ContainerLog, Evidence, PodAnswer, Sample } from '../../src/snapshot/snapshot.ts'

export interface Asked {
  readonly method: 'GET' | 'FORWARD'
  readonly path: string
}

export interface FakeClient extends Client {
  readonly asked: readonly Asked[]
}

/** What to answer in place of the evidence; undefined to answer as usual. */
type Trouble = (asked: Asked) => RequestError | undefined

/** A client over evidence: it answers as an API server would that has just these objects. */
export function clientOver(evidence: Evidence, trouble: Trouble = () => undefined): FakeClient {
  const asked: Asked[] = []
  const note = (one: Asked): void => {
    asked.push(one)
    const error = trouble(one)
    if (error) throw error
  }
  const answer = (path: string): unknown => {
    note({ method: 'GET', path })
    const url = new URL(path, 'https://fake')
    const found = answerTo(evidence, url)
    if (found !== undefined) return found
    throw new RequestError('not-found', `nothing at ${url.pathname}`, { path, status: 404 })
  }
  const forward: Client['forward'] = async (namespace, pod, port) => {
    note({ method: 'FORWARD', path: `/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}` })
    return dnsServer(evidence.answers.filter(a => a.pod === pod))
  }
  return {
    asked,
    server: 'https://10.0.0.1:6443',
    context: 'fake',
    namespace: 'default',
    requests: () => asked.length,
    get: async <T>(path: string) => answer(path) as T,
    text: async path => answer(path) as string,
    post: async path => never('wrote to', path),
    put: async path => never('replaced', path),
    delete: async path => never('deleted', path),
    watch: async path => never('watched', path),
    exec: async (_, pod) => never('ran a command in', pod),
    forward,
    forwards: (namespace, pod, ports) => Promise.all(ports.map(port => forward(namespace, pod, port))),
    close: () => undefined,
  }
}

function never(did: string, what: string): never {
  throw new Error(`a check ${did} ${what}`)
}

/** The error of an API server that forbids this, in its own words. */
export function forbidden({ path, method }: Asked): RequestError {
  const right = rightOf({ method: method === 'GET' ? 'GET' : 'POST', path })
  return new RequestError('forbidden', `${right.resource} is forbidden`, { path, status: 403, right })
}

type Answerer = (evidence: Evidence, url: URL, parts: readonly string[]) => unknown

const named = (items: readonly { readonly metadata: Meta }[], namespace?: string, name?: string) =>
  items.filter(
    ({ metadata }) =>
      (namespace === undefined || metadata.namespace === namespace) && (name === undefined || metadata.name === name),
  )

const selected = (items: readonly { readonly metadata: Meta }[], url: URL) => {
  const selector = url.searchParams.get('labelSelector')
  const pairs = (selector ?? '').split(',').filter(Boolean)
  const wanted = Object.fromEntries(pairs.map(pair => pair.split('=') as [string, string]))
  return selector === null ? items : items.filter(i => selects(wanted, i.metadata.labels))
}

/** The paths of a check, each with what answers it; `*` is any part, handed over in order. */
const routes: readonly (readonly [path: string, answerer: Answerer])[] = [
  ['/version', e => e.version[0]],
  ['/api/v1/nodes', (e, url) => page(e.nodes, url)],
  ['/api/v1/nodes/*/proxy/configz', (e, _, [node]) => configz(e, node)],
  ['/api/v1/services', (e, url) => ({ items: e.services.filter(s => byAddress(url) === s.spec.clusterIP) })],
  ['/api/v1/namespaces/default/services/kubernetes', e => kubernetesService(e)],
  ['/api/v1/namespaces/*/services', (e, url, [namespace]) => page(named(e.services, namespace), url)],
  ['/api/v1/namespaces/*/configmaps/*', (e, _, [namespace, name]) => named(e.configMaps, namespace, name)[0]],
  ['/api/v1/namespaces/*/pods', (e, url, [namespace]) => page(selected(named(e.pods, namespace), url), url)],
  ['/api/v1/namespaces/*/pods/*/log', (e, url, [, pod]) => log(e, pod, url)?.text],
  ['/api/v1/namespaces/*/pods/*/proxy/metrics', (e, _, [, pod]) => metrics(e, pod)],
  ['/api/v1/namespaces/*/pods/*/proxy/ready', (e, _, [, pod]) => e.readiness.find(r => r.pod === bare(pod))?.body],
  ['/apis/apps/v1/namespaces/*/deployments', (e, url, [namespace]) => workloads(e, 'Deployment', namespace, url)],
  ['/apis/apps/v1/namespaces/*/daemonsets', (e, url, [namespace]) => workloads(e, 'DaemonSet', namespace, url)],
  [
    '/apis/discovery.k8s.io/v1/namespaces/*/endpointslices',
    (e, url, [namespace]) => page(selected(named(e.endpointSlices, namespace), url), url),
  ],
]

function answerTo(evidence: Evidence, url: URL): unknown {
  for (const [path, answerer] of routes) {
    const match = new RegExp(`^${path.replaceAll('*', '([^/]+)')}$`).exec(url.pathname)
    if (match) return answerer(evidence, url, match.slice(1))
  }
  throw new Error(`a check asked for ${url.pathname}, which the fake client does not know`)
}

/** Two items at a time, so that paging is always at work. */
function page(items: readonly unknown[], url: URL) {
  if (!url.searchParams.has('limit')) return { items }
  const from = Number(url.searchParams.get('continue') ?? 0)
  const rest = from + 2 < items.length ? { continue: String(from + 2) } : {}
  return { metadata: rest, items: items.slice(from, from + 2) }
}

const bare = (podAndPort = ''): string => podAndPort.replace(/:\d+$/, '')

const byAddress = (url: URL): string => (url.searchParams.get('fieldSelector') ?? '').replace(/^spec\.clusterIP=/, '')

function configz(e: Evidence, node = '') {
  const kubelet = e.kubelets.find(k => k.node === node)
  if (!kubelet) return undefined
  const { node: _, ...kubeletconfig } = kubelet
  return { kubeletconfig }
}

function kubernetesService(e: Evidence) {
  const clusterIP = e.questions.find(q => q.scope === 'cluster')?.expected[0]
  return clusterIP === undefined ? undefined : { metadata: { name: 'kubernetes' }, spec: { clusterIP } }
}

const workloads = (e: Evidence, kind: string, namespace = '', url: URL) =>
  page(
    named(
      e.workloads.filter(w => w.kind === kind),
      namespace,
    ),
    url,
  )

function log(e: Evidence, pod: string | undefined, url: URL): ContainerLog | undefined {
  const query = url.searchParams
  const part = query.get('previous') === 'true' ? 'previous' : query.has('tailLines') ? 'tail' : 'head'
  return e.logs.find(l => l.pod === pod && l.container === query.get('container') && l.part === part)
}

function metrics(e: Evidence, podAndPort: string | undefined): string | undefined {
  const samples = e.metrics.find(m => m.pod === bare(podAndPort))?.samples
  return samples?.map(sampleLine).join('')
}

/** A sample in the Prometheus text format. */
export function sampleLine({ metric, labels, value }: Sample): string {
  const pairs = labelText(labels).split(',').filter(Boolean)
  const quoted = pairs.map(pair => pair.replace(/=(.*)$/s, '="$1"'))
  return `${metric}${quoted.length ? `{${quoted.join(',')}}` : ''} ${value}\n`
}

/** A stream that answers DNS queries over TCP as the Pod did; silence ends it. */
function dnsServer(answers: readonly PodAnswer[]): Duplex {
  const stream: Duplex = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      const query = streamDecode(chunk) as DecodedPacket
      const name = query.questions?.[0]?.name
      const result = answers.find(a => a.question.name === name)?.result
      if (result && 'rcode' in result) stream.push(reply(query, result))
      else stream.push(null)
      done()
    },
  })
  return stream
}

const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']

function reply(query: DecodedPacket, result: { readonly rcode: string; readonly answers: readonly string[] }): Buffer {
  const name = query.questions?.[0]?.name ?? ''
  const answers = result.answers.map(data => ({ type: data.includes(':') ? 'AAAA' : 'A', name, data }) as Answer)
  const flags = rcodes.indexOf(result.rcode)
  return streamEncode({ type: 'response', id: query.id ?? 0, flags, questions: query.questions ?? [], answers })
}
