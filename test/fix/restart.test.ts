import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { restartDnsPods } from '../../src/fix/restart.ts'
import { TimeUp } from '../../src/fix/settled-wait.ts'
import { RequestError } from '../../src/kube/failures.ts'
import type { Workload } from '../../src/snapshot/objects.ts'
import { failure } from '../kube/support.ts'
import { configMap } from './changes.ts'
import { cluster, mapPath } from './settled-cluster.ts'
import { dns } from './settled-server.ts'

const test = suite('restart')

const corefile = '.:53 {\n    forward . 10.0.0.2\n    reload\n}\n'
const scalePath = '/apis/apps/v1/namespaces/kube-system/deployments/coredns/scale'

test('one after the other, and another one is always Ready', async () => {
  const there = cluster({ pods: 3, corefile })
  const done = await restartDnsPods(there.client, dns, there.pods(), there.waiting)
  assert.equal(done, [
    { pod: 'coredns-0', by: ['coredns-3'] },
    { pod: 'coredns-1', by: ['coredns-4'] },
    { pod: 'coredns-2', by: ['coredns-5'] },
  ])
  assert.is(there.fewest(), 2)
})

test('a lone Pod gets a second one meanwhile', async () => {
  const there = cluster({ pods: 1, corefile })
  const [done] = await restartDnsPods(there.client, dns, there.pods(), there.waiting)
  assert.is(done?.pod, 'coredns-0')
  assert.is(there.fewest(), 1)
  assert.equal((there.objects.get(scalePath)?.spec as { replicas: number }).replicas, 1)
})

test('the only Pod of a DaemonSet goes, and that is said', async () => {
  const there = cluster({ pods: 1, corefile })
  const workload = { ...dns.workload, kind: 'DaemonSet' } as Workload
  const done = await restartDnsPods(there.client, { ...dns, workload }, there.pods(), there.waiting)
  assert.equal(done, [{ pod: 'coredns-0', by: ['coredns-1'] }])
  assert.is(there.said[0], 'The only DNS Pod is restarted, and names fail until it is back')
})

test('the next Pod stays when a replacement crashes', async () => {
  const refuses = (text: string) => (/forwad/.test(text) ? "Unknown directive 'forwad'" : undefined)
  const there = cluster({ pods: 2, corefile, refuses })
  there.put(mapPath, configMap(corefile.replace('forward', 'forwad')))
  const error = await failure(() => restartDnsPods(there.client, dns, there.pods(), there.waiting))
  assert.instance(error, TimeUp)
  assert.match((error as Error).message, /DNS Pod coredns-2, which replaces coredns-0, crashed/)
  assert.is(there.fewest(), 1)
})

test('a Pod that is gone already is left out, and nothing is deleted in its place', async () => {
  const there = cluster({ pods: 2, corefile })
  const [first] = there.pods()
  there.objects.delete(`/api/v1/namespaces/kube-system/pods/${first?.metadata.name}`)
  assert.equal(await restartDnsPods(there.client, dns, first ? [first] : [], there.waiting), [])
  assert.equal(
    there.asked.filter(one => one.method === 'DELETE'),
    [],
  )
})

test('who may not delete Pods is told so at once', async () => {
  const before = ({ method, path }: { method: string; path: string }) => {
    if (method === 'DELETE') throw new RequestError('forbidden', 'pods is forbidden', { path, status: 403 })
  }
  const there = cluster({ pods: 2, corefile, before })
  const error = await failure(() => restartDnsPods(there.client, dns, there.pods(), there.waiting))
  assert.is((error as RequestError).kind, 'forbidden')
  assert.is(there.pods().length, 2)
})

test.run()
