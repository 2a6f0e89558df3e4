import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { applyChange, cleaned, collectionOf, readObject, sameContent, written } from '../../src/fix/objects.ts'
import type { KubeObject } from '../../src/fix/plan.ts'
import { RequestError } from '../../src/kube/failures.ts'
import { failure } from '../kube/support.ts'
import { type Asked, lost, objectApi, type Script } from './api.ts'
import { configMap, objectChange, path } from './changes.ts'

const test = suite('objects')

const api = (script: Script = {}) => objectApi({ objects: { [path]: configMap('old') }, ...script })
const textOf = (object: KubeObject | undefined | null) => (object?.data as { Corefile: string } | undefined)?.Corefile

test('a path is written by us, for real or as a dry run', () => {
  assert.is(written('/a'), '/a?fieldManager=kubectl-dnsfix')
  assert.is(written('/a?timeout=8s', { dryRun: true }), '/a?timeout=8s&fieldManager=kubectl-dnsfix&dryRun=All')
  assert.is(collectionOf(path), '/api/v1/namespaces/kube-system/configmaps')
})

test('creates, replaces and deletes', async () => {
  const { client, objects, asked } = objectApi()
  const made = await applyChange(client, objectChange(null, { ...configMap('a'), status: {} }))
  assert.is(textOf(made), 'a')
  const replaced = await applyChange(client, objectChange(made, configMap('b')))
  assert.is(textOf(objects.get(path)), 'b')
  assert.is(await applyChange(client, objectChange(replaced, null)), null)
  assert.is(objects.size, 0)
  const [post, put, remove] = asked
  assert.equal(post?.body, configMap('a'))
  assert.match(put?.path ?? '', 'fieldManager=kubectl-dnsfix')
  const { uid, resourceVersion } = replaced?.metadata ?? {}
  assert.equal((remove?.body as { preconditions: object }).preconditions, { uid, resourceVersion })
})

test('a dry run stores nothing, also where it deletes', async () => {
  const { client, objects } = api()
  const before = await readObject(client, path)
  const other = `${collectionOf(path)}/other`
  await applyChange(client, objectChange(before, configMap('new')), { dryRun: true })
  await applyChange(client, objectChange(before, null), { dryRun: true })
  await applyChange(client, { ...objectChange(null, configMap('x', 'other')), path: other }, { dryRun: true })
  assert.equal([...objects.values()], [before])
})

test('what somebody changed, made anew, made first or deleted is not written over', async () => {
  const { client, objects, put } = api()
  const before = await readObject(client, path)
  const conflict = async (from: KubeObject | null, to: KubeObject | null) => {
    const error = await failure(() => applyChange(client, objectChange(from, to)))
    assert.instance(error, RequestError)
    return (error as RequestError).kind
  }
  put(path, configMap('theirs'))
  assert.is(await conflict(before, configMap('new')), 'conflict')
  assert.is(await conflict(before, null), 'conflict')
  assert.is(await conflict(null, configMap('new')), 'conflict')
  assert.is(textOf(objects.get(path)), 'theirs')
  objects.delete(path)
  put(path, configMap('old'))
  assert.is(await conflict(before, configMap('new')), 'conflict')
  objects.delete(path)
  assert.is(await conflict(before, configMap('new')), 'not-found')
  assert.is(objects.size, 0)
})

test('a status that moved is no conflict, and is kept', async () => {
  const { client, objects, put } = api()
  const before = await readObject(client, path)
  put(path, { ...configMap('old'), status: { ready: 1 } })
  await applyChange(client, objectChange(before, configMap('new')))
  assert.is(textOf(objects.get(path)), 'new')
  assert.equal(objects.get(path)?.status, { ready: 1 })
})

test('a write whose answer was lost can be asked for again', async () => {
  let isLost = false
  const after = (asked: Asked) => {
    if (isLost && asked.method !== 'GET' && !asked.path.includes('dryRun')) throw lost(asked)
  }
  const defaults = () => ({ immutable: false })
  const { client, objects } = objectApi({ after, defaults })
  for (const [from, to] of [
    [null, 'a'],
    ['a', 'b'],
    ['b', null],
  ] as const) {
    const before = from === null ? null : await readObject(client, path)
    const change = objectChange(before, to === null ? null : configMap(to))
    isLost = true
    assert.is(((await failure(() => applyChange(client, change))) as RequestError).kind, 'unreachable')
    isLost = false
    const stored = objects.get(path)
    await applyChange(client, change)
    assert.is(objects.get(path), stored)
    assert.is(textOf(stored), to ?? undefined)
  }
})

test('a change that does not say which state it is for is never sent', async () => {
  const { client, asked } = api()
  assert.match((await failure(() => applyChange(client, objectChange(configMap('old'), null)))).message, 'which state')
  assert.match((await failure(() => applyChange(client, objectChange(null, null)))).message, 'changes nothing')
  assert.is(asked.length, 0)
})

test('the content is what the server does not keep by itself', () => {
  const annotations = { 'deployment.kubernetes.io/revision': '3', mine: 'x' }
  const kept = { uid: 'u', resourceVersion: '4', generation: 2, managedFields: [], creationTimestamp: 'now' }
  const object = { ...configMap('a'), status: { replicas: 1 } }
  const live = { ...object, metadata: { ...object.metadata, ...kept, annotations, finalizers: ['f'] } }
  assert.equal(cleaned(live), {
    ...configMap('a'),
    metadata: { ...object.metadata, annotations: { mine: 'x' }, finalizers: ['f'] },
  })
  assert.ok(sameContent(live, cleaned(live)))
  assert.ok(sameContent(object, { ...object, metadata: { ...object.metadata, annotations: {} } }))
  assert.ok(sameContent(null, null))
  assert.not(sameContent(live, null))
  assert.not(sameContent(live, object))
})

test.run()
