import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ExpectedError } from '../../src/errors.ts'
import { assertAllowed, namingRights } from '../../src/fix/allowed.ts'
import { listJournals } from '../../src/fix/journal.ts'
import type { KubeObject } from '../../src/fix/plan.ts'
import { RequestError, type Right } from '../../src/kube/failures.ts'
import { healthy } from '../clusters.ts'
import { failure } from '../kube/support.ts'
import { objectApi } from './api.ts'
import { configMap, objectChange, path, planOf } from './changes.ts'

const test = suite('what is allowed')

const listing: Right = { verb: 'list', group: '', resource: 'configmaps', namespace: 'kube-system' }
const forbidden = () => new RequestError('forbidden', 'configmaps is forbidden', { path, right: listing, status: 403 })

test('a look that is forbidden names what this run takes and the user lacks, and the command that grants it', async () => {
  const isAllowed = ({ verb, resource }: Right) => resource !== 'leases' && verb !== 'list'
  const { client } = objectApi({ objects: {}, isAllowed })
  const error = await failure(() => namingRights(client, 'kube-system', () => Promise.reject(forbidden())))
  assert.instance(error, ExpectedError)
  const { code, message, hint } = error as ExpectedError
  assert.is(code, 'plan-right')
  assert.match(message, /You may not list configmaps in namespace kube-system; .*update leases\.coordination\.k8s\.io/)
  assert.match(hint, /kubectl create role kubectl-dnsfix-list-configmaps --verb=list --resource=configmaps/)
})

test('a refusal that no right explains stays what it is, as does any other failure', async () => {
  const { client } = objectApi({ objects: {} })
  const refused = forbidden()
  assert.is(await failure(() => namingRights(client, 'kube-system', () => Promise.reject(refused))), refused)
  const gone = new RequestError('unreachable', 'no route', { path })
  assert.is(await failure(() => namingRights(client, 'kube-system', () => Promise.reject(gone))), gone)
  assert.equal(await namingRights(client, 'kube-system', () => listJournals(client, 'kube-system')), {
    journals: [],
    unreadable: [],
  })
})

test('a plan against which nothing but a conflict speaks is one to be made anew', async () => {
  const api = objectApi({ objects: { [path]: configMap('old') } })
  const live = api.objects.get(path) as KubeObject
  await assertAllowed(api.client, planOf(objectChange(live, configMap('new'))), healthy)
  const moved = objectChange(configMap('older'), configMap('new'))
  const error = await failure(() => assertAllowed(api.client, planOf(moved), healthy))
  assert.is((error as ExpectedError).code, 'plan-conflict')
})

test.run()
