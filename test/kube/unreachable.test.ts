import http from 'node:http'
import net from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ExpectedError } from '../../src/errors.ts'
import { clusterUnreachable } from '../../src/kube/unreachable.ts'
import { against, clientFor, listen, onTls, type TestClient } from './server.ts'
import { data, failure } from './support.ts'

const test = suite('unreachable')

/** What is said when the first request of a run fails. */
async function told(client: TestClient): Promise<ExpectedError> {
  const error = clusterUnreachable(await failure(() => client.get('/version', { timeoutMs: 100 })), client)
  client.close()
  assert.not.match(error.message, '\n')
  assert.not.match(`${error.message} ${error.hint}`, 's3cret')
  assert.is(error.exitCode, 2)
  assert.ok(error.hint)
  return error
}

const answers = (status: number, type: string, body: string) =>
  http.createServer((_, response) => response.writeHead(status, { 'content-type': type }).end(body))

const servers: readonly [
  what: string,
  server: () => net.Server,
  code: string,
  says: RegExp,
  cluster?: readonly string[],
][] = [
  [
    '401',
    () => answers(401, 'application/json', '{"kind":"Status","message":"Unauthorized"}'),
    'unauthorized',
    /credentials of context "main"/,
  ],
  [
    '403',
    () => answers(403, 'application/json', '{"kind":"Status","message":"forbidden: no"}'),
    'forbidden',
    /refused the request: forbidden: no/,
  ],
  [
    '409',
    () => answers(409, 'application/json', '{"kind":"Status","message":"being moved"}'),
    'conflict',
    /in another state: being moved/,
  ],
  [
    '422',
    () => answers(422, 'application/json', '{"kind":"Status","message":"bad field"}'),
    'invalid',
    /as invalid: bad field/,
  ],
  [
    'a login page',
    () => answers(200, 'text/html', '<html><title>Sign in</title>'),
    'not-kubernetes',
    /not a Kubernetes API server/,
  ],
  ['a page that is missing', () => answers(404, 'text/html', '<html>Not Found'), 'not-kubernetes', /HTTP 404/],
  ['no /version', () => answers(404, 'text/plain', '404 page not found'), 'not-kubernetes', /has no \/version/],
  [
    'other JSON',
    () => answers(200, 'application/json', '{"version":"1.0"}'),
    'not-kubernetes',
    /not a Kubernetes API server/,
  ],
  ['a redirect', () => answers(302, 'text/html', 'Found'), 'not-kubernetes', /HTTP 302/],
  [
    'TLS wanted',
    () => answers(400, 'text/plain', 'Client sent an HTTP request to an HTTPS server.'),
    'tls-wanted',
    /wants TLS/,
  ],
  ['503', () => answers(503, 'text/html', '<html>no backend'), 'server-error', /no backend/],
  [
    'silence',
    () => http.createServer(() => undefined),
    'timeout',
    /took the connection but did not answer within 0.1 s/,
  ],
  [
    'early close',
    () => net.createServer(socket => socket.once('data', () => socket.destroy())),
    'unreachable',
    /closed the connection/,
  ],
  [
    'another protocol',
    () => net.createServer(socket => socket.end('SSH-2.0-OpenSSH_9.6\r\n')),
    'not-kubernetes',
    /not a Kubernetes API server/,
  ],
  ['expired', () => onTls('expired', () => undefined), 'tls-expired', /has expired/],
  [
    'host name',
    () => onTls('elsewhere', () => undefined),
    'tls-hostname',
    /for other names: .*elsewhere\.test\.example/,
  ],
  [
    'authority',
    () => onTls('server', () => undefined),
    'tls-unknown-authority',
    /does not trust/,
    [`certificate-authority-data: ${data('other-ca.crt')}`],
  ],
]

for (const [what, server, code, says, cluster] of servers) {
  test(`says what answers: ${what}`, async () => {
    const check = async (client: TestClient) => {
      const error = await told(client)
      assert.is(`${error.code}: ${error.message}`.slice(0, code.length), code)
      assert.match(error.message, says)
    }
    await against(server(), check, cluster ? { cluster } : {})
  })
}

test('plain HTTP on the TLS port', async () => {
  const { port, close } = await listen(answers(200, 'text/plain', 'hello'))
  const error = await told(clientFor({ server: `https://127.0.0.1:${port}` }))
  assert.is(error.code, 'tls-plain')
  close()
})

test('a TLS handshake that hangs', async () => {
  const { port, close } = await listen(net.createServer(() => undefined))
  const error = await told(clientFor({ server: `https://127.0.0.1:${port}` }))
  assert.match(error.message, 'took the connection but did not answer')
  close()
})

test('nothing listens', async () => {
  const { port, close } = await listen(net.createServer())
  close()
  const error = await told(clientFor({ server: `https://127.0.0.1:${port}` }))
  assert.is(error.message, `Nothing listens at https://127.0.0.1:${port}`)
})

test("the API server's name does not resolve", async () => {
  const error = await told(clientFor({ server: 'https://api.invalid:6443' }))
  assert.match(error.message, 'api.invalid')
})

test.run()
