import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { KubeObject, ObjectChange } from '../../src/fix/plan.ts'
import { preflight } from '../../src/fix/preflight.ts'
import { rightText } from '../../src/fix/rights.ts'
import { RequestError } from '../../src/kube/failures.ts'
import { healthy } from '../clusters.ts'
import { failure } from '../kube/support.ts'
import { type Asked, objectApi, refusal, type Script } from './api.ts'
import { configMap, nodeChange, objectChange, path, planOf } from './changes.ts'

const test = suite('preflight')

const other = '/api/v1/namespaces/kube-system/configmaps/other'

/** A plan that replaces one object and creates another. */
function setting(script: Script = {}) {
  const api = objectApi({ objects: { [path]: configMap('old') }, ...script })
  const replace = objectChange(api.objects.get(path) as KubeObject, configMap('new'))
  const create = objectChange(null, configMap('x', 'other'), other)
  return { ...api, replace, create, plan: planOf(replace, create) }
}

const isDry = ({ method, path }: Asked): boolean => method !== 'GET' && path.includes('dryRun=All')

test('a plan that can be carried out has no trouble, and nothing is written', async () => {
  const { client, objects, plan, asked } = setting()
  const before = [...objects.values()]
  assert.equal(await preflight(client, planOf(...plan.changes, nodeChange('w1', 'a', 'b')), healthy), [])
  assert.equal([...objects.values()], before)
  assert.is(asked.filter(isDry).length, 2)
})

test('every right that is missing is named, with the commands that grant it', async () => {
  const { client, plan, asked } = setting({
    isAllowed: ({ resource, verb }) => resource !== 'configmaps' || verb === 'get',
  })
  const troubles = await preflight(client, plan, healthy)
  assert.equal(
    troubles.map(t => [t.kind, t.message]),
    [
      ['right', 'You may not create configmaps in namespace kube-system'],
      ['right', 'You may not update configmaps in namespace kube-system'],
      ['right', 'You may not list configmaps in namespace kube-system'],
      ['right', 'You may not update configmaps/coredns in namespace kube-system'],
      // For the way back of what is created.
      ['right', 'You may not update configmaps/other in namespace kube-system'],
      ['right', 'You may not delete configmaps/other in namespace kube-system'],
    ],
  )
  assert.is(
    troubles[3]?.hint,
    'Ask an administrator to run: ' +
      'kubectl create role kubectl-dnsfix-update-configmaps-coredns --verb=update --resource=configmaps --resource-name=coredns -n kube-system' +
      " && kubectl create rolebinding kubectl-dnsfix-update-configmaps-coredns --role=kubectl-dnsfix-update-configmaps-coredns --user='o'\\''neil' -n kube-system",
  )
  assert.is(asked.filter(isDry).length, 0)
})

test('a change on nodes takes Pods, their logs, and the nodes', async () => {
  const { client } = setting({ isAllowed: ({ resource }) => !/^(pods|nodes)$/.test(resource) })
  const troubles = await preflight(client, planOf(nodeChange('w1', 'a', 'b'), nodeChange('w2', 'a', 'b')), healthy)
  assert.equal(
    troubles.map(t => t.message.replace('You may not ', '')),
    [
      'list pods in namespace kube-system',
      'delete pods in namespace kube-system',
      'get pods/log in namespace kube-system',
      'create pods/portforward in namespace kube-system',
      'get pods/portforward in namespace kube-system',
      'create pods in namespace kube-system',
      'get pods in namespace kube-system',
      'get nodes',
    ],
  )
  assert.match(
    troubles.at(-1)?.hint ?? '',
    'kubectl create clusterrole kubectl-dnsfix-get-nodes --verb=get --resource=nodes &&',
  )
  assert.match(troubles[2]?.hint ?? '', '--resource=pods/log ')
})

test('a right in words has group, subresource and name', () => {
  const right = { verb: 'update', group: 'apps', resource: 'deployments', subresource: 'scale', name: 'coredns' }
  assert.is(rightText(right), 'update deployments.apps/scale/coredns')
})

/** Words of API servers, and what they mean. */
const refusals: readonly (readonly [status: number, message: string, kind: string, says: RegExp, hint: RegExp])[] = [
  [
    400,
    'admission webhook "v.kyverno.svc" denied the request: no owner',
    'refused',
    /^An admission webhook refuses .*no owner/,
    /owner of that policy/,
  ],
  [400, 'admission webhook "w" does not support dry run', 'refused', /cannot try a change/, /sideEffects/],
  [
    500,
    'Internal error occurred: failed calling webhook "w": timeout',
    'refused',
    /does not answer/,
    /Repair the webhook/,
  ],
  [
    422,
    `configmaps "c" is invalid: : ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no`,
    'refused',
    /^An admission policy refuses/,
    /policy/,
  ],
  [
    422,
    'ConfigMap "c" is invalid: data[a b]: Invalid value',
    'invalid',
    /would not be valid: .*Invalid value/,
    /Nothing/,
  ],
  [403, 'configmaps "c" is forbidden: exceeded quota: q', 'refused', /^A quota refuses/, /quota/],
  [403, 'user "x" is attempting to grant RBAC permissions not currently held', 'refused', /^RBAC refuses/, /escalate/],
  [
    403,
    'configmaps is forbidden: User "x" cannot update resource "configmaps" in API group ""',
    'right',
    /You may not update/,
    /kubectl create role/,
  ],
  [409, 'Operation cannot be fulfilled on resourcequotas', 'conflict', /resourcequotas/, /plans anew/],
  [413, 'Request entity too large', 'refused', /too large/, /Nothing/],
]
for (const [status, message, kind, says, hint] of refusals) {
  test(`${status} ${message.slice(0, 70)}`, async () => {
    const before = (asked: Asked) => {
      if (isDry(asked) && asked.method === 'PUT') throw refusal(asked, message, status)
    }
    const { client, plan } = setting({ before })
    const [trouble, ...more] = await preflight(client, plan, healthy)
    assert.equal([trouble?.kind, more], [kind, []])
    assert.match(trouble?.message ?? '', says)
    assert.match(trouble?.hint ?? '', hint)
  })
}

test('what is not as it was seen is a conflict, all of them are told', async () => {
  const { client, plan, put, objects } = setting()
  put(path, configMap('theirs'))
  put(other, configMap('y', 'other'))
  const messages = async () => (await preflight(client, plan, healthy)).map(({ kind, message }) => [kind, message])
  assert.equal(await messages(), [
    ['conflict', `${path} was changed by somebody else meanwhile`],
    ['conflict', `${other} is there by now`],
  ])
  objects.clear()
  assert.equal(await messages(), [['conflict', `${path} is gone`]])
})

test('a status that moved is no conflict', async () => {
  const { client, plan, put } = setting()
  put(path, { ...configMap('old'), status: { ready: 1 } })
  assert.equal(await preflight(client, plan, healthy), [])
})

test('an object that is made anew is tried as far as its deletion', async () => {
  const { client, replace, asked } = setting()
  const remove: ObjectChange = { ...replace, after: null }
  assert.equal(await preflight(client, planOf(remove, objectChange(null, configMap('new'))), healthy), [])
  assert.equal(
    asked.filter(({ method, path: at }) => method === 'DELETE' || isDry({ method, path: at })).map(a => a.method),
    ['DELETE'],
  )
})

test('a server that does not answer is no verdict', async () => {
  const before = (asked: Asked) => {
    throw new RequestError('timeout', 'no answer within 10 s', { path: asked.path })
  }
  const { client, plan } = setting({ before })
  assert.is((await failure(() => preflight(client, plan, healthy))).message, 'no answer within 10 s')
})

test.run()
