import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mountedCorefile } from '../../src/snapshot/corefiles.ts'
import type { ConfigMap, PodSpec } from '../../src/snapshot/objects.ts'
import type { Evidence } from '../../src/snapshot/snapshot.ts'

const test = suite('corefiles')

type Mounts = NonNullable<PodSpec['containers'][0]['volumeMounts']>
const usual: Mounts = [{ name: 'c', mountPath: '/etc/coredns' }]

function specOf(
  volume: NonNullable<PodSpec['volumes']>[0]['configMap'],
  mounts = usual,
  args?: readonly string[],
): PodSpec {
  const container = { name: 'coredns', image: 'coredns:1.14.7', volumeMounts: mounts, ...(args ? { args } : {}) }
  return { containers: [container], volumes: [{ name: 'c', ...(volume ? { configMap: volume } : {}) }] }
}

const map = (name: string, data?: Record<string, string>, namespace = 'dns'): ConfigMap => ({
  metadata: { name, namespace },
  ...(data ? { data } : {}),
})

const mounted = (spec: PodSpec, ...configMaps: readonly ConfigMap[]) =>
  mountedCorefile({ pods: [{ metadata: { name: 'p', namespace: 'dns' }, spec }], workloads: [], configMaps })

const root = '. {\n  forward . 10.0.0.2\n}\n'

const found: readonly [name: string, spec: PodSpec, data: Record<string, string>, key: string][] = [
  ['a whole ConfigMap as a folder', specOf({ name: 'coredns' }), { Corefile: root }, 'Corefile'],
  ['a key under another name', specOf({ name: 'coredns', items: [{ key: 'x', path: 'Corefile' }] }), { x: root }, 'x'],
  [
    'one file by subPath',
    specOf({ name: 'coredns' }, [{ name: 'c', mountPath: '/etc/coredns/Corefile', subPath: 'Corefile' }]),
    { Corefile: root },
    'Corefile',
  ],
  [
    'another path by -conf',
    specOf({ name: 'coredns' }, [{ name: 'c', mountPath: '/x' }], ['-conf', '/x/own']),
    { own: root },
    'own',
  ],
  ['another path by --conf', specOf({ name: 'coredns' }, usual, ['--conf', '/etc/coredns/own']), { own: root }, 'own'],
]
for (const [name, spec, data, key] of found) {
  test(`found: ${name}`, () => {
    const corefile = mounted(spec, map('coredns', data))
    assert.equal([corefile?.configMap, corefile?.key, corefile?.text], ['dns/coredns', key, root])
    assert.is(corefile?.corefile?.blocks.length, 1)
    assert.is(corefile?.error, undefined)
  })
}

test('a ConfigMap of the same name in another namespace is another one', () => {
  const corefile = mounted(specOf({ name: 'coredns' }), map('coredns', { Corefile: root }, 'kube-system'))
  assert.equal([corefile?.configMap, corefile?.text], ['dns/coredns', undefined])
})

test('what should be there and is not, by the name of its key', () => {
  for (const data of [undefined, {}, { corefile: root }]) {
    const corefile = mounted(specOf({ name: 'coredns' }), map('coredns', data))
    assert.equal([corefile?.key, corefile?.text, corefile?.corefile], ['Corefile', undefined, undefined])
  }
})

test('imports are read from every ConfigMap that is mounted', () => {
  const spec: PodSpec = {
    containers: [
      {
        name: 'coredns',
        image: 'coredns:1',
        volumeMounts: [...usual, { name: 'd', mountPath: '/etc/coredns/custom' }],
      },
    ],
    volumes: [
      { name: 'c', configMap: { name: 'coredns' } },
      { name: 'd', configMap: { name: 'coredns-custom' } },
    ],
  }
  const corefile = mounted(
    spec,
    map('coredns', { Corefile: `${root}import custom/*.server\n` }),
    map('coredns-custom', { 'corp.server': 'corp.example {\n  forward . 10.0.0.9\n}\n', 'x.override': 'log' }),
  )
  assert.equal(
    corefile?.corefile?.blocks.map(b => b.zones[0]?.zone),
    ['.', 'corp.example.'],
  )
})

test('a text that CoreDNS cannot read is an error with its line', () => {
  const corefile = mounted(specOf({ name: 'coredns' }), map('coredns', { Corefile: '. {\n  errors\n' }))
  assert.is(corefile?.corefile, undefined)
  assert.match(corefile?.error?.message ?? '', /^Corefile:\d+/)
})

test('the workload goes before its Pods, which may be older', () => {
  const workload = {
    kind: 'Deployment' as const,
    metadata: { name: 'coredns', namespace: 'dns' },
    spec: { template: { spec: specOf({ name: 'new' }) } },
  }
  const pods = [{ metadata: { name: 'p', namespace: 'dns' }, spec: specOf({ name: 'old' }) }]
  const configMaps = [map('old', { Corefile: root }), map('new', { Corefile: root })]
  assert.is(mountedCorefile({ workloads: [workload], pods, configMaps })?.configMap, 'dns/new')
})

test('a second CoreDNS that the DNS Pods do not come from is not judged', () => {
  const workload = (name: string) => ({
    kind: 'Deployment' as const,
    metadata: { name, namespace: 'dns' },
    spec: { template: { metadata: { labels: { app: name } }, spec: specOf({ name }) } },
  })
  const workloads = [workload('ad-coredns'), workload('coredns')]
  const configMaps = workloads.map(w => map(w.metadata.name, { Corefile: root }))
  const labels = { app: 'coredns', 'pod-template-hash': 'x' }
  const pods = [{ metadata: { name: 'p', namespace: 'dns', labels }, spec: specOf({ name: 'coredns' }) }]
  const judged = (seen: Pick<Evidence, 'pods' | 'workloads'>) => mountedCorefile({ ...seen, configMaps })?.configMap
  assert.is(judged({ workloads, pods }), 'dns/coredns')
  assert.is(judged({ workloads: workloads.slice(0, 1), pods }), 'dns/coredns')
  assert.is(judged({ workloads: workloads.slice(0, 1), pods: [] }), 'dns/ad-coredns')
})

test('none where no CoreDNS runs, or where it brings its own', () => {
  assert.is(mountedCorefile({ pods: [], workloads: [], configMaps: [] }), undefined)
  assert.is(mounted({ containers: [{ name: 'coredns' }] }), undefined)
  assert.is(mounted(specOf(undefined)), undefined)
})

test.run()
