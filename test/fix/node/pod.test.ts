import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { imageOn, type NodeWithImages } from '../../../src/fix/node/image.ts'
import { nodePod } from '../../../src/fix/node/pod.ts'
import { writeScript } from '../../../src/fix/node/write-script.ts'
import type { Pod } from '../../../src/snapshot/objects.ts'

const test = suite('the Pod that works on a node')

const having = (...names: readonly string[]): NodeWithImages => ({
  metadata: { name: 'w1' },
  status: { images: names.map((name, i) => ({ names: [name], sizeBytes: 1000 - i })) },
})
const dns = 'registry.k8s.io/coredns/coredns:v1.13.1'

test('its image is one that the node has: pause, else that of DNS, else the smallest', () => {
  assert.is(imageOn(having('app:1', dns, 'registry.k8s.io/pause:3.10.1'), [dns]), 'registry.k8s.io/pause:3.10.1')
  assert.is(imageOn(having('docker.io/rancher/mirrored-pause:3.6'), []), 'docker.io/rancher/mirrored-pause:3.6')
  assert.is(imageOn(having('example.test/pause/app:1', 'pauser:2', 'pause@sha256:12', dns), [dns]), dns)
  assert.is(imageOn(having('large:1', 'small:1'), []), 'small:1')
  assert.is(imageOn({ metadata: { name: 'w1' } }, [dns]), dns)
  assert.is(imageOn({ metadata: { name: 'w1' } }, []), null)
})

const manifest = (architecture: string) =>
  nodePod({
    name: 'dnsfix-node-7f3a-1',
    run: '7f3a',
    work: 'change',
    node: 'w1',
    architecture,
    image: 'pause:3',
    script: writeScript,
    variables: { FILE: '/a' },
    deadlineSeconds: 150,
  }) as Pod

test('nothing of the host is made or written by mounting it', () => {
  for (const [architecture, folders] of [
    ['amd64', ['/usr', '/lib', '/lib64']],
    ['arm64', ['/usr', '/lib']],
  ] as const) {
    const { volumes, containers } = manifest(architecture).spec
    assert.equal(
      volumes,
      folders.map(path => ({ name: path.slice(1), hostPath: { path, type: 'Directory' } })),
    )
    assert.equal(
      containers[0]?.volumeMounts,
      folders.map(path => ({ name: path.slice(1), mountPath: path, readOnly: true })),
    )
  }
})

test('Kubernetes leaves the script as it is', () => {
  const [script = ''] = manifest('amd64').spec.containers[0]?.args ?? []
  const { env } = manifest('amd64').spec.containers[0] as unknown as { env: readonly { name: string }[] }
  assert.not.match(script, /\$\$/)
  for (const { name } of env) assert.not.ok(script.includes(`$(${name})`), name)
})

test.run()
