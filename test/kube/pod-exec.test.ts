import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { WebSocket } from 'ws'
import { against, rejection, type TestClient } from './server.ts'
import { onSockets, refusing, tell } from './sockets.ts'

const test = suite('exec')

const success = '{"metadata":{},"status":"Success"}'
const exited = (code: string) =>
  JSON.stringify({
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit code ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: code }] },
  })
const run = (client: TestClient, options = {}) => client.exec('n', 'p', 'c', ['sh', '-c', 'true'], options)

test('gives both outputs and the exit code, and asks for no stdin', async () => {
  const seen: string[] = []
  const server = onSockets((socket, { url, headers }) => {
    seen.push(`${url} ${headers.authorization} ${headers['sec-websocket-protocol']}`)
    for (const channel of [1, 2, 3]) tell(socket, channel, '')
    tell(socket, 1, 'a\n')
    tell(socket, 2, 'b\n')
    tell(socket, 3, exited('3'))
  })
  await against(server, async client => {
    const command = ['sh', '-c', 'echo "a&b" ä']
    assert.equal(await client.exec('n', 'p', 'c', command), { stdout: 'a\n', stderr: 'b\n', code: 3 })
    assert.is(client.requests(), 1)
    const [address = '', ...rest] = seen[0]?.split(' ') ?? []
    const { pathname, searchParams } = new URL(address, 'http://x')
    assert.is(pathname, '/api/v1/namespaces/n/pods/p/exec')
    assert.equal(searchParams.getAll('command'), command)
    assert.equal(
      ['container', 'stdout', 'stderr', 'stdin', 'tty'].map(name => searchParams.get(name)),
      ['c', 'true', 'true', null, null],
    )
    assert.is(rest.join(' '), 'Bearer s3cret-token v5.channel.k8s.io,v4.channel.k8s.io')
  })
})

test('an older server takes v4; characters and the status may be split between messages', async () => {
  const server = onSockets(
    socket => {
      for (const byte of Buffer.from('äö')) tell(socket, 1, Buffer.of(byte))
      tell(socket, 3, success.slice(0, 10))
      tell(socket, 3, success.slice(10))
    },
    ['v4.channel.k8s.io'],
  )
  await against(server, async client => assert.equal(await run(client), { stdout: 'äö', stderr: '', code: 0 }))
})

test('a command that cannot be started is told in the words of the node', async () => {
  const message = 'exec: "nope": executable file not found in $PATH'
  const answers = [
    JSON.stringify({ status: 'Failure', reason: 'InternalError', message, code: 500 }),
    JSON.stringify({ status: 'Failure', reason: 'NonZeroExitCode', message, details: { causes: [] } }),
  ]
  for (const answer of answers) {
    const server = onSockets(socket => tell(socket, 3, answer))
    await against(server, async client => {
      const error = await rejection(run(client))
      assert.equal([error.kind, error.message], ['server', message])
    })
  }
})

test('a connection that ends before the command is no result', async () => {
  const endings: ((socket: WebSocket) => void)[] = [
    socket => socket.terminate(),
    socket => socket.send(Buffer.from('\x01half'), () => socket.terminate()),
    socket => socket.send(Buffer.from(`\x03${success.slice(0, -1)}`), () => socket.terminate()),
    socket => socket.send(Buffer.from('\x03command terminated'), () => socket.terminate()),
  ]
  for (const end of endings) {
    await against(onSockets(end), async client => {
      const error = await rejection(run(client))
      assert.equal([error.kind, error.message], ['unreachable', 'the connection was closed before the command ended'])
    })
  }
})

test('output beyond the limit is an error, and ends the connection', async () => {
  const sockets: WebSocket[] = []
  const server = onSockets(socket => {
    sockets.push(socket)
    tell(socket, 1, 'x'.repeat(60))
    tell(socket, 2, 'y'.repeat(60))
    if (sockets.length === 1) tell(socket, 3, success)
  })
  await against(server, async client => {
    assert.is((await run(client, { limitBytes: 1000 })).stdout.length, 60)
    const error = await rejection(run(client, { limitBytes: 100 }))
    assert.equal([error.kind, error.message], ['server', 'the output is longer than allowed'])
    while (sockets[1]?.readyState !== 3) await new Promise(setImmediate)
  })
})

test('an upgrade that is refused', async () => {
  const words = 'pods "p" is forbidden: User "u" cannot create resource "pods/exec" in API group ""'
  await against(refusing(403, words), async client => {
    const error = await rejection(run(client))
    const right = { verb: 'create', group: '', resource: 'pods', subresource: 'exec', namespace: 'n', name: 'p' }
    assert.equal([error.kind, error.status, error.message, error.right], ['forbidden', 403, words, right])
  })
})

test('a command ends with its time, a signal and the client, and its connection with it', async () => {
  const ends: readonly [
    kind: string,
    options: { timeoutMs?: number },
    end: (c: AbortController, t: TestClient) => void,
  ][] = [
    ['timeout', { timeoutMs: 300 }, () => undefined],
    ['aborted', {}, caller => caller.abort()],
    ['aborted', {}, (_, client) => client.close()],
  ]
  for (const [kind, options, end] of ends) {
    const opened: WebSocket[] = []
    const server = onSockets(socket => opened.push(socket))
    await against(server, async client => {
      const caller = new AbortController()
      const failed = rejection(run(client, { ...options, signal: caller.signal }))
      while (opened.length === 0) await new Promise(setImmediate)
      const closed = once(opened[0] as WebSocket, 'close')
      end(caller, client)
      assert.is((await failed).kind, kind)
      await closed
    })
  }
})

test('--request-timeout is for the handshake, not for the command', async () => {
  const server = onSockets(socket => {
    setTimeout(() => tell(socket, 3, success), 600)
  })
  const use = async (client: TestClient) => assert.is((await run(client)).code, 0)
  await against(server, use, { options: { requestTimeout: '300ms' } })
})

test.run()
