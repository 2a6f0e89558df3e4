import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseDuration, parseRequestTimeout } from '../../src/kube/duration.ts'
import { type Right, rightOf, scrub } from '../../src/kube/failures.ts'
import { expected } from './support.ts'

const test = suite('failures')

const rights: readonly [method: string, path: string, right: Right][] = [
  ['GET', '/api/v1/nodes', { verb: 'list', group: '', resource: 'nodes' }],
  ['GET', '/api/v1/nodes/n1', { verb: 'get', group: '', resource: 'nodes', name: 'n1' }],
  [
    'GET',
    '/api/v1/nodes/n1/proxy/configz',
    { verb: 'get', group: '', resource: 'nodes', subresource: 'proxy', name: 'n1' },
  ],
  ['GET', '/api/v1/namespaces', { verb: 'list', group: '', resource: 'namespaces' }],
  ['GET', '/api/v1/namespaces/kube-system', { verb: 'get', group: '', resource: 'namespaces', name: 'kube-system' }],
  [
    'GET',
    '/api/v1/namespaces/a/pods?labelSelector=x%3Dy',
    { verb: 'list', group: '', resource: 'pods', namespace: 'a' },
  ],
  ['GET', '/api/v1/pods?watch=true', { verb: 'watch', group: '', resource: 'pods' }],
  [
    'GET',
    '/api/v1/namespaces/a/pods/p/log?previous=true',
    { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace: 'a', name: 'p' },
  ],
  [
    'GET',
    '/api/v1/namespaces/a/pods/p:9153/proxy/metrics',
    { verb: 'get', group: '', resource: 'pods', subresource: 'proxy', namespace: 'a', name: 'p:9153' },
  ],
  [
    'GET',
    '/api/v1/namespaces/a/pods/p/portforward?ports=53',
    { verb: 'create', group: '', resource: 'pods', subresource: 'portforward', namespace: 'a', name: 'p' },
  ],
  [
    'GET',
    '/api/v1/namespaces/a/pods/p/exec?container=c',
    { verb: 'create', group: '', resource: 'pods', subresource: 'exec', namespace: 'a', name: 'p' },
  ],
  [
    'GET',
    '/apis/apps/v1/namespaces/a/deployments/d',
    { verb: 'get', group: 'apps', resource: 'deployments', namespace: 'a', name: 'd' },
  ],
  [
    'GET',
    '/apis/discovery.k8s.io/v1/endpointslices',
    { verb: 'list', group: 'discovery.k8s.io', resource: 'endpointslices' },
  ],
  [
    'POST',
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    { verb: 'create', group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews' },
  ],
  ['DELETE', '/api/v1/namespaces/a/pods/p', { verb: 'delete', group: '', resource: 'pods', namespace: 'a', name: 'p' }],
  ['GET', '/version', { verb: 'get', group: '', resource: '/version' }],
  ['GET', '/apis', { verb: 'get', group: '', resource: '/apis' }],
  ['GET', '/apis/apps/v1', { verb: 'get', group: '', resource: '/apis/apps/v1' }],
]

for (const [method, path, right] of rights) {
  test(`${method} ${path} needs ${right.verb} ${right.resource}`, () => assert.equal(rightOf({ method, path }), right))
}

test('tokens are taken out of foreign texts, words stay', () => {
  const token = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln`
  assert.is(scrub(`header Authorization: Bearer ${token} was refused`), 'header Authorization: Bearer … was refused')
  assert.is(scrub(`token=${token}`), 'token=…')
  assert.is(scrub('dial tcp 10.0.0.1:53: connection refused'), 'dial tcp 10.0.0.1:53: connection refused')
})

test('--request-timeout takes the forms of kubectl', () => {
  const forms = { '10': 10_000, '0': 0, '5s': 5000, '1m30s': 90_000, '1.5h': 5_400_000, '250ms': 250, '0s': 0 }
  for (const [text, ms] of Object.entries(forms)) assert.is(parseRequestTimeout(text), ms, text)
  assert.is(parseRequestTimeout(undefined), undefined)
})

test('what is no length of time is refused', async () => {
  for (const text of ['', '-1', '-5s', '5x', 's', '1 m', '1m 30s', '5S', '1e3', '.']) {
    assert.is((await expected(() => parseRequestTimeout(text))).code, 'request-timeout-invalid', text)
  }
})

test('a duration is the sum of its parts', () => {
  const parts = fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.constantFrom('ms', 's', 'm')), {
    minLength: 1,
    maxLength: 5,
  })
  const law = (list: [number, string][]) => {
    const sum = list.reduce((all, [count, unit]) => all + (parseDuration(`${count}${unit}`) ?? Number.NaN), 0)
    return parseDuration(list.map(([count, unit]) => `${count}${unit}`).join('')) === sum
  }
  fc.assert(fc.property(parts, law))
})

test.run()
