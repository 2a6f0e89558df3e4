import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { applyPlan } from '../../src/fix/apply.ts'
import { listJournals, startJournal } from '../../src/fix/journal.ts'
import { inRun, withLock } from '../../src/fix/lock.ts'
import { thisRun } from '../../src/fix/this-run.ts'
import { refuseUnfinished } from '../../src/fix/unfinished.ts'
import { expected } from '../kube/support.ts'
import { objectApi } from './api.ts'
import { configMap, objectChange, planOf } from './changes.ts'
import { cluster, mapPath } from './settled-cluster.ts'
import { dns } from './settled-server.ts'

const test = suite('a run that loses its lock')

const space = 'kube-system'
const leasePath = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kubectl-dnsfix'
const other = '/api/v1/namespaces/kube-system/configmaps/other'
const corefile = (upstream: string) => `.:53 {\n    forward . ${upstream}\n    reload\n}\n`
const today = () => new Date('2026-11-22T13:20:00Z')
const held = (holderIdentity: string) => ({
  kind: 'Lease',
  spec: { holderIdentity, leaseDurationSeconds: 45, renewTime: new Date().toISOString() },
})

for (const isLeaving of [false, true]) {
  test(`takes nothing back and writes nothing more${isLeaving ? ', whoever had pressed Ctrl-C' : ''}`, async () => {
    const leaving = new AbortController()
    let lock: AbortSignal | undefined
    let writtenSince: string[] | undefined
    const there: ReturnType<typeof cluster> = cluster({
      pods: 2,
      corefile: corefile('/etc/resolv.conf'),
      before: async ({ method, path }) => {
        if (method !== 'GET') writtenSince?.push(`${method} ${path}`)
        if (path.includes('/leases') || there.now() < 8000 || writtenSince) return
        if (isLeaving) leaving.abort()
        there.put(leasePath, held('bob@desk pid 7'))
        await new Promise(resolve => lock?.addEventListener('abort', resolve))
        writtenSince = []
      },
    })
    const live = there.live()
    const edit = objectChange(live, { ...live, data: { Corefile: corefile('10.0.0.2') } }, mapPath)
    const plan = planOf(objectChange(null, configMap('x', 'other'), other), { ...edit, awaits: 'corefile-loaded' })
    const node = { write: async () => undefined, restore: async () => undefined }
    const run = () =>
      withLock(
        there.client,
        space,
        thisRun(),
        async (lost, client) => {
          lock = lost
          const journal = await startJournal(client, space, { plan, why: 'x', version: '1', now: today() })
          const signal = AbortSignal.any([leaving.signal, lost])
          const options = { ...there.waiting, signal, journal, dns, node, today, rollback: true }
          return inRun(journal.journal.id, lost, () => applyPlan(client, plan, options))
        },
        { renewMs: 3 },
      )
    const error = await expected(run)
    assert.is(error.code, 'lock-lost')
    const [journal] = (await listJournals(there.client, space)).journals
    assert.match(error.hint, `kubectl dnsfix undo ${journal?.id}`)
    assert.equal([journal?.state, journal?.steps.map(s => s.state)], ['running', ['applied', 'applying']])
    assert.is(there.corefile(), corefile('10.0.0.2'))
    assert.ok(there.objects.has(other))
    assert.equal(writtenSince, [])
  })
}

test('a run of this machine that was killed keeps nobody waiting', async () => {
  const { holder, isGone } = thisRun()
  const killed = holder.replace(/\d+\]$/, '1]')
  const { client } = objectApi({ objects: { [leasePath]: held(killed) } })
  await startJournal(client, space, { plan: planOf(), why: 'x', version: '1', now: today() })
  const refused = async (gone: typeof isGone) =>
    (await expected(() => refuseUnfinished(client, space, { holder, isGone: gone }))).code
  assert.is(await refused(() => false), 'busy')
  assert.is(await refused(isGone), process.platform === 'linux' ? 'unfinished' : 'busy')
})

test.run()
