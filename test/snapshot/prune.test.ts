import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { prune, shapes } from '../../src/snapshot/prune.ts'
import { healthy } from '../clusters.ts'

const test = suite('prune')

test('keeps the fields of the shape, through arrays', () => {
  const value = { a: 1, b: { c: [{ d: 1, e: 2 }, { e: 3 }] }, f: { g: 1 } }
  assert.equal(prune(value, { a: true, b: { c: { d: true } } }), { a: 1, b: { c: [{ d: 1 }, {}] } })
})

test('what is kept whole stays whole', () => {
  const labels = { 'a/b': '1', c: '2' }
  assert.equal(prune({ labels, other: 1 }, { labels: true }), { labels })
})

test('what is not there is not made up', () => {
  assert.equal(prune({ a: null, b: false, c: 0, d: '' }, { a: { x: true }, b: true, c: true, d: true, e: true }), {
    a: null,
    b: false,
    c: 0,
    d: '',
  })
})

test('the environment, tokens and annotations of a Pod are dropped', () => {
  const pod = {
    apiVersion: 'v1',
    metadata: {
      name: 'p',
      annotations: { x: 's3cret' },
      managedFields: [{}],
      ownerReferences: [{ kind: 'X', name: 'y', uid: 'u' }],
    },
    spec: {
      containers: [{ name: 'c', env: [{ name: 'T', value: 's3cret' }], envFrom: [{}], args: ['-conf', '/x'] }],
      volumes: [
        { name: 'v', secret: { secretName: 's3cret' } },
        { name: 'w', projected: { sources: [] } },
      ],
      imagePullSecrets: [{ name: 's3cret' }],
    },
    status: { phase: 'Running', containerStatuses: [{ name: 'c', ready: true, restartCount: 0, containerID: 'x' }] },
  }
  assert.equal(prune(pod, shapes.pod), {
    metadata: { name: 'p', ownerReferences: [{ kind: 'X', name: 'y' }] },
    spec: { containers: [{ name: 'c', args: ['-conf', '/x'] }], volumes: [{ name: 'v' }, { name: 'w' }] },
    status: { phase: 'Running', containerStatuses: [{ name: 'c', ready: true, restartCount: 0 }] },
  })
})

test('what has been pruned is not changed by doing it again', () => {
  for (const pod of healthy.pods) assert.equal(prune(pod, shapes.pod), pod)
  for (const node of healthy.nodes) assert.equal(prune(node, shapes.node), node)
  for (const service of healthy.services) assert.equal(prune(service, shapes.service), service)
  for (const slice of healthy.endpointSlices) assert.equal(prune(slice, shapes.endpointSlice), slice)
  for (const map of healthy.configMaps) assert.equal(prune(map, shapes.configMap), map)
})

test('no value makes it fail', () => {
  for (const shape of Object.values(shapes)) {
    fc.assert(
      fc.property(fc.jsonValue(), value => assert.equal(prune(prune(value, shape), shape), prune(value, shape))),
    )
  }
})

test.run()
