import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { execProber } from '../../src/probes/exec.ts'
import { podManifest } from '../../src/probes/pod.ts'
import type { Prober } from '../../src/probes/prober.ts'
import { relayProber } from '../../src/probes/relay.ts'
import { sidecarProber } from '../../src/probes/sidecar.ts'
import type { From } from '../../src/snapshot/observations.ts'
import { questions, targets } from '../observations.ts'

const test = suite('manifest of a probe Pod')

interface Manifest {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: object
  }
  readonly spec: Spec
}
type Spec = Readonly<Record<string, unknown>> & {
  readonly securityContext: Fields
  readonly volumes?: readonly Fields[]
  readonly containers: readonly Container[]
}
type Container = Fields & { readonly name: string; readonly image: string; readonly securityContext: Fields }
type Fields = Readonly<Record<string, unknown>>

const asks = targets.flatMap(to => [
  { to, protocol: 'udp', questions } as const,
  { to, protocol: 'tcp', questions } as const,
])
const manifest = (prober: Prober, from: From = 'pod'): Manifest =>
  podManifest(
    { name: 'dnsfix-probe-7f3a-0', run: '7f3a', node: 'cp1', from, deadlineSeconds: 90 },
    prober.parts(asks, 20053),
  ) as Manifest

const probers: readonly Prober[] = [
  relayProber('registry.k8s.io/coredns/coredns:v1.14.7'),
  relayProber('coredns:1.9', ['/coredns']),
  sidecarProber({ sidecar: 'k8s-dns-sidecar:1.26', dnsmasq: 'k8s-dns-dnsmasq-nanny:1.26' }),
  execProber('busybox:1.36'),
]

/** A control of the Pod Security Standards (kubernetes.io, Pod Security Standards): which fields may hold what. */
type Control = readonly [title: string, holds: (spec: Spec, container: Container, manifest: Manifest) => unknown]

const isAbsent = (value: unknown) => value === undefined || value === null
const isFalse = (value: unknown) => isAbsent(value) || value === false
const contexts = (spec: Spec, container: Container) => [spec.securityContext, container.securityContext]
const allowedVolumes = /^(configMap|csi|downwardAPI|emptyDir|ephemeral|persistentVolumeClaim|projected|secret)$/

/** These are not kept by a Pod on the network of its node. */
const network: readonly Control[] = [['host network', spec => isFalse(spec.hostNetwork)]]

const baseline: readonly Control[] = [
  ['HostProcess', (s, c) => contexts(s, c).every(context => isAbsent(context.windowsOptions))],
  ['host namespaces', s => isFalse(s.hostPID) && isFalse(s.hostIPC)],
  ['privileged containers', (_, c) => isFalse(c.securityContext.privileged)],
  ['hostPath volumes', s => (s.volumes ?? []).every(v => isAbsent(v.hostPath))],
  ['host ports', (_, c) => isAbsent(c.ports)],
  [
    'hosts of probes and hooks',
    (_, c) => isAbsent(c.livenessProbe ?? c.readinessProbe ?? c.startupProbe ?? c.lifecycle),
  ],
  [
    'AppArmor',
    (s, c, m) =>
      contexts(s, c).every(context => isAbsent(context.appArmorProfile)) &&
      Object.keys(m.metadata.annotations).every(key => !/apparmor/.test(key)),
  ],
  ['SELinux', (s, c) => contexts(s, c).every(context => isAbsent(context.seLinuxOptions))],
  ['/proc mount type', (_, c) => isAbsent(c.securityContext.procMount)],
  ['sysctls', s => isAbsent(s.securityContext.sysctls)],
]

const restricted: readonly Control[] = [
  [
    'volume types',
    s => (s.volumes ?? []).every(v => Object.keys(v).every(key => key === 'name' || allowedVolumes.test(key))),
  ],
  ['privilege escalation', (_, c) => c.securityContext.allowPrivilegeEscalation === false],
  [
    'running as non-root',
    (s, c) => s.securityContext.runAsNonRoot === true && c.securityContext.runAsNonRoot !== false,
  ],
  ['running as non-root user', (s, c) => contexts(s, c).every(context => context.runAsUser !== 0)],
  [
    'seccomp',
    (s, c) => /^(RuntimeDefault|Localhost)$/.test(profile(s.securityContext)) && profile(c.securityContext) === '',
  ],
  [
    'capabilities',
    (_, c) => {
      const { drop, add = [] } = c.securityContext.capabilities as { drop: string[]; add?: string[] }
      return drop.includes('ALL') && add.every(each => each === 'NET_BIND_SERVICE')
    },
  ],
]
const profile = (context: Fields): string => (context.seccompProfile as { type?: string } | undefined)?.type ?? ''

const broken = (given: Manifest, controls: readonly Control[]): readonly string[] =>
  controls.flatMap(([title, holds]) => (given.spec.containers.every(c => holds(given.spec, c, given)) ? [] : [title]))

for (const prober of probers) {
  const what = `${prober.kind} of ${prober.image}`

  test(`${what}: every control of Pod Security's restricted level is kept`, () => {
    const given = manifest(prober)
    assert.ok(given.spec.containers.length > 0)
    assert.equal(broken(given, [...network, ...baseline, ...restricted]), [])
    assert.is(given.spec.initContainers, undefined)
  })

  test(`${what}: on the node's network only that control is given up`, () => {
    const [own, host] = [manifest(prober), manifest(prober, 'host')]
    assert.equal(broken(host, [...network, ...baseline, ...restricted]), ['host network'])
    const { hostNetwork, dnsPolicy, ...rest } = host.spec
    assert.equal([hostNetwork, dnsPolicy], [true, 'ClusterFirstWithHostNet'])
    const { dnsPolicy: usual, ...ownRest } = own.spec
    assert.is(usual, 'ClusterFirst')
    assert.equal(rest, ownRest)
    assert.equal(host.metadata, own.metadata)
  })

  test(`${what}: it is gone by itself, without a token, and a quota finds requests and limits`, () => {
    const { spec } = manifest(prober)
    assert.is(spec.activeDeadlineSeconds, 90)
    assert.is(spec.restartPolicy, 'Never')
    assert.is(spec.automountServiceAccountToken, false)
    assert.is(spec.serviceAccountName, undefined)
    for (const { resources } of spec.containers) {
      const { requests, limits } = resources as { requests: object; limits: object }
      assert.equal(
        [Object.keys(requests), Object.keys(limits)],
        [
          ['cpu', 'memory'],
          ['cpu', 'memory'],
        ],
      )
    }
  })
}

test('what an image needs less than others is not set aside; what says nothing gets the usual', () => {
  const [relay, , sidecar] = probers.map(prober => manifest(prober).spec.containers)
  const memory = (container: Container | undefined) => {
    const { requests, limits } = container?.resources as Record<string, { memory: string }>
    return [requests?.memory, limits?.memory]
  }
  assert.equal(relay?.map(memory), [['24Mi', '96Mi']])
  assert.equal(memory(sidecar?.[0]), ['16Mi', '48Mi'])
  assert.ok((sidecar?.length ?? 0) > 2)
  assert.equal(new Set(sidecar?.slice(1).map(each => memory(each).join())), new Set(['4Mi,32Mi']))
})

test('nothing of its containers can be written to', () => {
  for (const { spec } of probers.map(prober => manifest(prober)))
    for (const { securityContext } of spec.containers) assert.is(securityContext.readOnlyRootFilesystem, true)
})

test('its labels name the tool and the run, and it goes to its node whatever the taints', () => {
  const { metadata, spec } = manifest(probers[0] as Prober)
  assert.is(metadata.name, 'dnsfix-probe-7f3a-0')
  assert.is(metadata.labels['app.kubernetes.io/name'], 'kubectl-dnsfix')
  assert.is(metadata.labels['app.kubernetes.io/instance'], '7f3a')
  assert.equal(spec.tolerations, [{ operator: 'Exists' }])
  assert.is(spec.nodeName, undefined, 'past the scheduler the kubelet would reject it where a node is full')
  assert.match(
    JSON.stringify(spec.affinity),
    /"matchFields":\[\{"key":"metadata.name","operator":"In","values":\["cp1"\]/,
  )
})

test('every file that is mounted comes from an annotation that is there', () => {
  for (const prober of probers) {
    const { metadata, spec } = manifest(prober)
    const paths = [...JSON.stringify(spec.volumes ?? []).matchAll(/"fieldPath":"metadata\.annotations\['([^']+)'\]"/g)]
    for (const [, key = ''] of paths) assert.ok(key in metadata.annotations, key)
    assert.is(paths.length, (spec.volumes ?? []).length, prober.kind)
  }
})

test('the annotations of the largest cluster fit into the 256 KiB that there are', () => {
  const many = Array.from(
    { length: 110 },
    (_, i) => ({ kind: 'pod', name: `coredns-${i}`, address: `fd00:1234:5678:9abc::${i}`, port: 53 }) as const,
  )
  const all = many.flatMap(to => [
    { to, protocol: 'udp', questions } as const,
    { to, protocol: 'tcp', questions } as const,
  ])
  for (const prober of probers) {
    const text = Object.entries(prober.parts(all, 20053).annotations ?? {})
      .flat()
      .join('')
    assert.ok(text.length < 256 * 1024, `${prober.kind}: ${text.length}`)
  }
})

test.run()
