import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RequestError } from '../../src/kube/failures.ts'
import { createPod } from '../../src/probes/create.ts'
import { expected, failure } from '../kube/support.ts'
import { podApi, refusal } from './api.ts'

const test = suite('refusals of probe Pods')

const path = '/api/v1/namespaces/apps/pods?timeout=8s'

async function refused(message: string, status = 403): Promise<RequestError> {
  const { client } = podApi({
    before: asked => {
      throw refusal(asked, message, status)
    },
  })
  const error = await failure(() => createPod(client, 'apps', { metadata: { name: 'p' } }))
  assert.instance(error, RequestError)
  return error as RequestError
}

/** Words of admission plug-ins after `pods "p" is forbidden: `. */
const table: readonly (readonly [message: string, why: string])[] = [
  [
    'exceeded quota: none, requested: pods=1, used: pods=0, limited: pods=0',
    'the quota of namespace apps allows no such Pod',
  ],
  [
    'failed quota: q: must specify limits.ephemeral-storage for: relay',
    'the quota of namespace apps allows no such Pod',
  ],
  [
    'violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true)',
    'Pod Security of namespace apps refuses the Pod',
  ],
  [
    '[maximum cpu usage per Container is 200m, but limit is 500m, maximum memory usage per Container is 64Mi, but limit is 128Mi]',
    'a LimitRange of namespace apps refuses the Pod',
  ],
  ['minimum memory usage per Pod is 64Mi, but request is 33554432', 'a LimitRange of namespace apps refuses the Pod'],
  [
    'cpu max limit to request ratio per Container is 10, but provided ratio is 50.000000',
    'a LimitRange of namespace apps refuses the Pod',
  ],
  ['unable to create new content in namespace apps because it is being terminated', 'namespace apps is being deleted'],
  [
    "ValidatingAdmissionPolicy 'images.example.com' with binding 'all' denied request: no such registry",
    'an admission policy refuses the Pod',
  ],
]
for (const [message, why] of table) {
  test(message, async () => {
    const told = `pods "p" is forbidden: ${message}`
    const error = await refused(told)
    assert.is(error.message, `${why}: ${told}`)
    assert.equal([error.kind, error.right, error.status, error.path], ['server', undefined, 403, path])
  })
}

test('a webhook refuses with a status of its own', async () => {
  const told =
    'admission webhook "validate.kyverno.svc-fail" denied the request: policy Pod/apps/p for resource violation'
  for (const status of [400, 403])
    assert.is((await refused(told, status)).message, `an admission policy refuses the Pod: ${told}`)
})

test('a policy answers that the Pod is invalid', async () => {
  const told = `Pod "p" is invalid: : ValidatingAdmissionPolicy 'x' with binding 'y' denied request: no`
  assert.match((await refused(told, 422)).message, /^an admission policy refuses the Pod: Pod "p" is invalid/)
})

test('a missing right stays one', async () => {
  const told = 'pods is forbidden: User "reader" cannot create resource "pods" in API group "" in the namespace "apps"'
  const error = await refused(told)
  assert.equal([error.kind, error.message], ['forbidden', told])
  assert.equal(error.right, { verb: 'create', group: '', resource: 'pods', namespace: 'apps' })
})

test('what else refuses speaks for itself, and is no missing right', async () => {
  const told =
    'pods "p" is forbidden: error looking up service account apps/default: serviceaccount "default" not found'
  const error = await refused(told)
  assert.equal([error.kind, error.message, error.right], ['server', told, undefined])
  const broken = await refused('Internal error occurred: etcdserver: no leader', 500)
  assert.equal([broken.kind, broken.message], ['server', 'Internal error occurred: etcdserver: no leader'])
})

test('a namespace that does not exist is an error of the whole run', async () => {
  const { client } = podApi({
    before: ({ path }) => {
      throw new RequestError('not-found', 'namespaces "apps" not found', { path, status: 404 })
    },
  })
  const error = await expected(() => createPod(client, 'apps', {}))
  assert.equal([error.code, error.message], ['namespace-unknown', 'There is no namespace apps to start probe Pods in.'])
  assert.match(error.hint ?? '', '-n')
})

test('a bug stays a bug', async () => {
  const { client } = podApi({
    before: () => {
      throw new TypeError('bug')
    },
  })
  assert.instance(await failure(() => createPod(client, 'apps', {})), TypeError)
})

test.run()
