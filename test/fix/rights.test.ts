import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { applyPlan } from '../../src/fix/apply.ts'
import { endJournal, listJournals, readJournal, startJournal } from '../../src/fix/journal.ts'
import { withLock } from '../../src/fix/lock.ts'
import type { KubeObject, Plan } from '../../src/fix/plan.ts'
import { rightsOfPlan, rightText } from '../../src/fix/rights.ts'
import { takeBack } from '../../src/fix/rollback.ts'
import type { Client } from '../../src/kube/client.ts'
import { type Right, rightOf } from '../../src/kube/failures.ts'
import { configMap, nodeChange, objectChange, planOf } from './changes.ts'
import { cluster, mapPath } from './settled-cluster.ts'
import { dns } from './settled-server.ts'

const test = suite('rights')

const corefile = (upstream: string, more = '') => `.:53 {\n    errors\n    forward . ${upstream}\n${more}}\n`
const made = '/api/v1/namespaces/kube-system/services/made'
const gone = '/apis/rbac.authorization.k8s.io/v1/clusterroles/gone'
const today = () => new Date('2026-11-22T13:20:00Z')
const taker = { holder: 'me', isGone: () => false }

/** A cluster that remembers every right that a request takes. */
function recorded(pods: number, text: string) {
  const used: Right[] = []
  const use = (method: string, path: string) => used.push(rightOf({ method, path }))
  const there = cluster({ pods, corefile: text, before: ({ method, path }) => void use(method, path) })
  const client: Client = {
    ...there.client,
    text: (path, options) => {
      use('GET', path)
      return there.client.text(path, options)
    },
    forward: (namespace, pod, port, signal) => {
      use('POST', `/api/v1/namespaces/${namespace}/pods/${pod}/portforward`)
      return there.client.forward(namespace, pod, port, signal)
    },
  }
  return { there, client, used }
}

/** A right for all objects covers that for one of them. */
const covers = (asked: Right, { name: _, ...used }: Right): boolean => {
  const { name: __, ...general } = asked
  return rightText(general) === rightText(used)
}
const isCovered = (asked: readonly Right[]) => (used: Right) =>
  asked.some(right => (right.name === undefined ? covers(right, used) : rightText(right) === rightText(used)))

/** What only saves time or tells more, and is done without where it may not be. */
const optional = /^(update pods\/|get pods\/coredns-\d+ |get pods\/proxy|get nodes\/proxy\/)/

async function run(client: Client, there: ReturnType<typeof cluster>, plan: Plan): Promise<void> {
  const node = { write: async () => undefined, restore: async () => undefined }
  await withLock(client, 'kube-system', taker, async (signal, held) => {
    const journal = await startJournal(held, 'kube-system', { plan, why: 'x', version: '1', now: today() })
    const options = { ...there.waiting, signal, journal, dns, node, today, rollback: true, force: false }
    await applyPlan(held, plan, options)
    await endJournal(journal, 'done')
    // What the server fills in by itself: only a dry run tells then whose it is.
    there.put(made, { ...there.objects.get(made), immutable: false })
  })
  const id = (await listJournals(client, 'kube-system')).journals[0]?.id ?? ''
  await withLock(client, 'kube-system', taker, async (signal, held) => {
    const journal = await readJournal(held, 'kube-system', id)
    await takeBack(held, { ...there.waiting, signal, journal, dns, node, today, force: true })
    await endJournal(journal, 'undone')
  })
}

for (const [what, pods, more] of [
  ['Pods that reload', 2, '    reload\n'],
  ['a lone Pod that is restarted', 1, ''],
] as const) {
  test(`every request of a run and its way back is asked for beforehand: ${what}`, async () => {
    const { there, client, used } = recorded(pods, corefile('/etc/resolv.conf', more))
    there.put(gone, configMap('x', 'gone'))
    const live = there.live()
    const plan = planOf(
      {
        ...objectChange(live, { ...live, data: { Corefile: corefile('10.0.0.2', more) } }, mapPath),
        awaits: 'corefile-loaded',
      },
      { ...objectChange(null, configMap('x', 'made'), made), awaits: 'dns-pods-ready' },
      objectChange(there.objects.get(gone) as KubeObject, null, gone),
      nodeChange('w1', 'a', 'b'),
    )
    await run(client, there, plan)
    const asked = rightsOfPlan(plan, { dns, isLone: pods === 1 })
    const open = used.filter(right => !isCovered(asked)(right)).map(rightText)
    assert.equal([...new Set(open.filter(right => !optional.test(right)))], [])
    assert.ok(used.length > 30)
  })
}

test.run()
