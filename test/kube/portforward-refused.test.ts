import http from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RequestError } from '../../src/kube/failures.ts'
import { against, type TestClient } from './server.ts'
import { failure } from './support.ts'

const test = suite('port-forward refused')

const refusals: readonly [status: number, body: string, kind: string, says: string][] = [
  [
    403,
    '{"kind":"Status","message":"pods \\"p\\" is forbidden: User \\"u\\" cannot get resource \\"pods/portforward\\" in API group \\"\\""}',
    'forbidden',
    'is forbidden',
  ],
  [404, '{"kind":"Status","message":"pods \\"p\\" not found"}', 'not-found', 'pods "p" not found'],
  [500, 'unable to do port forwarding: socat not found', 'server', 'socat not found'],
]

for (const [code, body, kind, says] of refusals) {
  test(`the upgrade is refused with ${code}`, async () => {
    const server = http.createServer()
    server.on('upgrade', (_, socket) => {
      socket.end(
        `HTTP/1.1 ${code} No\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      )
    })
    await against(server, async client => {
      const error = (await failure(() => client.forward('n', 'p', 53))) as RequestError
      assert.is(error.kind, kind)
      assert.is(error.status, code)
      assert.match(error.message, says)
      const right = { verb: 'get', group: '', resource: 'pods', subresource: 'portforward', namespace: 'n', name: 'p' }
      assert.equal(error.right, code === 403 ? right : undefined)
    })
  })
}

test('an upgrade that hangs, and one that is cancelled', async () => {
  const server = http.createServer()
  server.on('upgrade', () => undefined)
  const use = async (client: TestClient) => {
    const caller = new AbortController()
    const cancelled = failure(() => client.forward('n', 'p', 53, caller.signal)) as Promise<RequestError>
    setTimeout(() => caller.abort(), 5)
    assert.is((await cancelled).kind, 'aborted')
    const hanging = (await failure(() => client.forward('n', 'p', 53))) as RequestError
    assert.is(hanging.kind, 'timeout')
  }
  await against(server, use, { options: { requestTimeout: '50ms' } })
})

test.run()
