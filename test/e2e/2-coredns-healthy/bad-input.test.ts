import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { kubectl } from '../../cluster/api.ts'
import { root } from '../../runner.ts'
import { dnsfix, onVariant, type Ran } from '../tool.ts'

const test = onVariant('coredns-healthy', 'bad input')
const folder = mkdtempSync(join(tmpdir(), 'dnsfix-e2e-'))
test.after(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** One sentence, a hint, exit code 2, nothing on stdout, no stack. */
function isPlain(ran: Ran, sentence: RegExp): void {
  assert.is(ran.code, 2, ran.stderr)
  assert.is(ran.stdout, '')
  assert.match(ran.stderr, sentence)
  assert.match(ran.stderr, /^error: [^\n]+\nhint: [^\n]+\n$/)
}

const kubeconfig = (server: string, user = '{}') =>
  file(
    `${server.replace(/\W/g, '-')}.yaml`,
    `apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: k, user: u}}]
clusters: [{name: k, cluster: {server: "${server}"}}]
users: [{name: u, user: ${user}}]
`,
  )

/** A server that takes connections and says nothing. */
async function deaf(): Promise<{ server: Server; port: number }> {
  const server = createServer(socket => socket.on('error', () => undefined))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as { port: number }).port }
}

test('no kubeconfig', async () => isPlain(await dnsfix(['check'], { KUBECONFIG: '', HOME: folder }), /kubeconfig/))

test('a kubeconfig that is not there', async () =>
  isPlain(await dnsfix(['check', '--kubeconfig', join(folder, 'none')]), /none: no such file/))

test('a kubeconfig that is broken', async () =>
  isPlain(await dnsfix(['check', '--kubeconfig', file('broken', 'a: [1,')]), /broken/))

test('an unknown context', async () =>
  isPlain(await dnsfix(['check', '--context', 'kubernetes-admin']), /no context "kubernetes-admin"/))

test('a server that refuses', async () =>
  isPlain(await dnsfix(['check', '--kubeconfig', kubeconfig('http://127.0.0.1:9')]), /127\.0\.0\.1:9/))

test('a server that hangs', async () => {
  const { server, port } = await deaf()
  const config = kubeconfig(`http://127.0.0.1:${port}`)
  isPlain(await dnsfix(['check', '--kubeconfig', config, '--request-timeout', '1s']), /did not answer|no answer|within/)
  server.close()
})

test('a server that is not Kubernetes', async () => {
  const server = createHttpServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<html>Log in</html>'),
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  isPlain(
    await dnsfix(['check', '--kubeconfig', kubeconfig(`http://127.0.0.1:${port}`)]),
    /not a Kubernetes API server/,
  )
  server.close()
})

test('a client certificate that has expired', async () => {
  const pki = join(root, 'test', 'kube', 'pki')
  const user = `{client-certificate: "${join(pki, 'expired.crt')}", client-key: "${join(pki, 'expired.key')}"}`
  isPlain(await dnsfix(['check', '--kubeconfig', kubeconfig('https://127.0.0.1:9', user)]), /expired .*2021/)
})

test('Ctrl-C while a server hangs ends with 130', async () => {
  const { server, port } = await deaf()
  const ran = await dnsfix(['check', '--kubeconfig', kubeconfig(`http://127.0.0.1:${port}`)], {}, sleep(700))
  assert.is(ran.code, 130)
  assert.is(ran.stdout, '')
  server.close()
})

test('a token that nobody knows', async () => {
  const current = JSON.parse(await kubectl(['config', 'view', '--raw', '-o', 'json']))
  current.users[0].user = { token: 'nobody' }
  isPlain(await dnsfix(['check', '--kubeconfig', file('token.json', JSON.stringify(current))]), /credentials/)
})

test('an unknown command and an unknown flag, with the nearest one', async () => {
  const command = await dnsfix(['chek'])
  isPlain(command, /There is no command chek/)
  assert.match(command.stderr, /Did you mean kubectl dnsfix check\?/)
  assert.match((await dnsfix(['check', '--contxt', 'x'])).stderr, /Did you mean --context\?/)
})

test('evidence that is none, newer, or cut', async () => {
  const path = join(folder, 'evidence.json')
  await dnsfix(['check', '--save', path])
  const text = await (await import('node:fs/promises')).readFile(path, 'utf8')
  isPlain(await dnsfix(['check', '--from', file('text', 'hello')]), /no evidence file: it is not JSON/)
  isPlain(
    await dnsfix(['check', '--from', file('newer', text.replace('"schemaVersion": 1', '"schemaVersion": 99'))]),
    /newer/,
  )
  isPlain(await dnsfix(['check', '--from', file('cut', text.slice(0, text.length / 2))]), /ends too early/)
})

test('a name that is none', async () => isPlain(await dnsfix(['check', '--name', 'a b']), /"a b" is no name/))

test('is told as JSON to those who asked for JSON', async () => {
  const ran = await dnsfix(['check', '-o', 'json', '--context', 'nobody'])
  assert.is(ran.code, 2)
  assert.is(ran.stderr, '')
  const error = JSON.parse(ran.stdout)
  assert.equal([error.kind, error.code], ['Error', 'context-unknown'])
})

test('saved evidence is judged as it was when it was taken', async () => {
  const path = join(folder, 'same.json')
  const live = JSON.parse((await dnsfix(['check', '-o', 'json', '--save', path])).stdout)
  const later = JSON.parse((await dnsfix(['check', '-o', 'json', '--from', path])).stdout)
  assert.equal(later, live)
})

test.run()
