import { existsSync } from 'node:fs'
import http from 'node:http'
import { createServer } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { completion } from '../../src/complete.ts'
import { journalData } from '../../src/fix/journal-text.ts'
import { json, listen, onTls, status } from '../kube/server.ts'
import { values, withKubeconfig } from './candidates.ts'

const test = suite('completion from a cluster')
const kubeconfig = withKubeconfig(test)

const journal = (id: string, state: string) => ({
  metadata: { name: `kubectl-dnsfix-${id}` },
  ...journalData({
    schemaVersion: 1,
    id,
    version: '0',
    startedAt: '2026-11-22T13:20:00Z',
    method: 'configmap',
    state: state as 'done',
    why: 'loop\u001b]0;title\u0007 in the\nforward plugin',
    steps: [],
  }),
})
const items = (names: readonly string[]) => ({ items: names.map(name => ({ metadata: { name } })) })
const lists: Readonly<Record<string, object>> = {
  '/api/v1/namespaces': items(['default', 'dns']),
  // No API server has such names; what calls itself one may.
  '/api/v1/nodes': items(['cp1', 'w1', 'w2', '$(id)', '`id`', 'a;id', 'a b', 'a\nb', '\u001b[2J', "'"]),
  '/api/v1/namespaces/kube-system/configmaps': { items: [journal('7', 'done'), journal('6', 'undone')] },
}

/** Runs a test with an API server that has the lists above, and refuses the rest. */
async function withCluster(run: (asked: readonly string[]) => Promise<void>): Promise<void> {
  const asked: string[] = []
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://h')
    asked.push(`${request.headers['impersonate-user'] ?? ''}${pathname}`)
    const found = lists[pathname]
    json(response, found ?? status('no', 403), found ? 200 : 403)
  })
  const { port, close } = await listen(server)
  kubeconfig(`http://127.0.0.1:${port}`)
  await run(asked).finally(close)
}

test('namespaces, nodes and runs come from the cluster', () =>
  withCluster(async asked => {
    assert.equal(await values('check -n '), ['default', 'dns'])
    assert.equal(await values('check --namespace=dn'), ['dns'])
    assert.equal(await values('verify --nodes '), ['all', 'cp1', 'w1', 'w2'])
    assert.equal(await values('verify --nodes w1,'), ['w1,cp1', 'w1,w2'])
    assert.equal(await values('undo '), ['7'])
    assert.is(
      await completion(['__complete', 'undo', '']),
      '7\t2026-11-22T13:20:00Z loop ]0;title in the forward plugin\n:4\n',
    )
    assert.equal(await values('check --as alice -n d'), ['default', 'dns'])
    assert.is(asked.at(-1), 'alice/api/v1/namespaces')
  }))

test('the flags before the cursor choose the cluster', () =>
  withCluster(async asked => {
    assert.equal(await values('check --context other -n '), [])
    assert.equal(asked, [])
  }))

test("a server's certificate is judged as the flags before the cursor say", async () => {
  const { port, close } = await listen(onTls('server', (_, response) => json(response, items(['dns']))))
  kubeconfig(`https://127.0.0.1:${port}`)
  const skip = '--insecure-skip-tls-verify'
  for (const flags of ['', `${skip}=false `, `${skip} ${skip}=false `, '--no-insecure-skip-tls-verify '])
    assert.equal(await values(`check ${flags}-n `), [], flags)
  for (const flags of [`${skip} `, `${skip}=true `, `${skip}=false ${skip} `])
    assert.equal(await values(`check ${flags}-n `), ['dns'], flags)
  close()
})

test('a server that refuses, or is no Kubernetes, is passed over in silence', async () => {
  const server = http.createServer((_, response) => response.end('<html>Log in</html>'))
  const { port, close } = await listen(server)
  kubeconfig(`http://127.0.0.1:${port}`)
  assert.equal(await values('check -n '), [])
  close()
  assert.equal(await values('undo '), [])
})

test('a server that hangs is not waited for', async () => {
  const { port, close } = await listen(createServer())
  kubeconfig(`http://127.0.0.1:${port}`)
  // Without its own patience it would wait for ever.
  assert.equal(await values('verify --request-timeout 0 --nodes '), ['all'])
  close()
})

test('a credential plugin that hangs is not waited for', async () => {
  const path = kubeconfig('http://127.0.0.1:9')
  const ended = `${path}.ended`
  const args = JSON.stringify(['-c', `sleep 4; touch ${ended}`])
  kubeconfig('http://127.0.0.1:9', `{exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, args: ${args}}}`)
  assert.equal(await values('check -n '), [])
  assert.not(existsSync(ended))
})

test.run()
