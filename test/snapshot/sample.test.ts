import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { classOf } from '../../src/snapshot/node.ts'
import type { Node } from '../../src/snapshot/objects.ts'
import { sampleLimit, sampleNodes } from '../../src/snapshot/sample.ts'

const test = suite('sample')

const node = (name: string, osImage = 'Ubuntu', labels = {}, operatingSystem = 'linux'): Node => ({
  metadata: { name, labels },
  status: { nodeInfo: { osImage, kubeletVersion: 'v1.35.4', operatingSystem } },
})
const many = (count: number, osImage: string) =>
  Array.from({ length: count }, (_, i) => node(`${osImage}-${i}`, osImage))

test('up to the limit every node is asked', () => {
  const all = many(sampleLimit, 'Ubuntu')
  assert.is(sampleNodes(all).length, sampleLimit)
})

test('above it, some of each class', () => {
  const sample = sampleNodes([...many(990, 'Ubuntu'), ...many(10, 'Flatcar')])
  assert.ok(sample.length <= sampleLimit)
  assert.equal(new Set(sample.map(n => n.status?.nodeInfo?.osImage)), new Set(['Ubuntu', 'Flatcar']))
})

test('nodes that run Windows have no resolv.conf and are left out', () => {
  const windows = node('win', 'Windows Server 2022 Datacenter', {}, 'windows')
  assert.equal(
    sampleNodes([windows, node('a')]).map(n => n.metadata.name),
    ['a'],
  )
})

test('nodes that are not Ready take no place in the sample', () => {
  const down = (name: string): Node => ({
    metadata: { name },
    status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
  })
  const up: Node = { metadata: { name: 'up' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } }
  assert.equal(sampleNodes([down('a'), down('b'), up], 1), [up])
})

test('a node without a status is asked too', () => assert.is(sampleNodes([{ metadata: { name: 'new' } }]).length, 1))

test('node groups, versions and system images are classes', () => {
  const classes = [
    node('a'),
    node('b', 'Flatcar'),
    node('c', 'Ubuntu', { 'eks.amazonaws.com/nodegroup': 'gpu' }),
    node('d', 'Ubuntu', { 'node-role.kubernetes.io/control-plane': '' }),
  ].map(classOf)
  assert.is(new Set(classes).size, 4)
  assert.is(classOf(node('a', 'Ubuntu', { 'kubernetes.io/hostname': 'a' })), classOf(node('b')))
})

test('every class is in the sample once at least, no node twice', () => {
  const systems = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { maxLength: 80 })
  fc.assert(
    fc.property(systems, fc.integer({ min: 1, max: 20 }), (list, limit) => {
      const nodes = list.map((osImage, i) => node(`n${i}`, osImage))
      const sample = sampleNodes(nodes, limit)
      assert.equal(new Set(sample.map(classOf)), new Set(nodes.map(classOf)))
      assert.is(new Set(sample).size, sample.length)
      assert.ok(sample.length <= Math.max(limit, new Set(list).size))
    }),
  )
})

test.run()
