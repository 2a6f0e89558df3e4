import { writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type ConfigOptions, loadConfig } from '../../src/kube/config.ts'
import { against, clientFor, json, listen, onTls, rejection } from './server.ts'
import { data, expected, inFolder, kubeconfig, pkiFile, surroundings } from './support.ts'

const test = suite('flags in place of the kubeconfig')
const inFile = [`certificate-authority-data: ${data('ca.crt')}`, 'tls-server-name: in.file']

/** The configuration that flags make of a kubeconfig. */
function load(options: ConfigOptions, user?: readonly string[], cluster: readonly string[] = inFile) {
  return inFolder(folder => {
    const file = join(folder, 'config')
    writeFileSync(file, kubeconfig('https://a:6443', cluster, user))
    return loadConfig({ kubeconfig: file, ...options }, surroundings(folder))
  })
}

test('--server keeps the authority, not the name to expect', () => {
  const { server, tls } = load({ server: 'https://b:6443' })
  assert.is(server.host, 'b:6443')
  assert.ok(tls.ca)
  assert.is(tls.servername, undefined)
  assert.is(load({ server: 'https://b', tlsServerName: 'c' }).tls.servername, 'c')
  assert.is(load({ tlsServerName: 'c' }).tls.servername, 'c')
  assert.is(load({}).tls.servername, 'in.file')
})

test('--server needs no kubeconfig', () => {
  inFolder(folder => {
    const { server, user, context } = loadConfig({ server: 'b:8080', token: 't' }, surroundings(folder))
    assert.equal([server.href, user?.token, context], ['http://b:8080/', 't', ''])
  })
})

test('--server that is no URL', async () => {
  const error = await inFolder(folder => expected(() => loadConfig({ server: 'ftp://b' }, surroundings(folder))))
  assert.equal([error.code, error.hint], ['server-invalid', 'Write it as --server=https://HOST:6443'])
})

test('--insecure-skip-tls-verify and --certificate-authority take the place of both settings', () => {
  const insecure = load({ insecureSkipTlsVerify: true }).tls
  assert.equal([insecure.rejectUnauthorized, insecure.ca], [false, undefined])
  const other = load({ certificateAuthority: pkiFile('other-ca.crt') }, undefined, ['insecure-skip-tls-verify: true'])
  assert.is(other.tls.rejectUnauthorized, true)
  assert.match(other.tls.ca ?? '', /BEGIN CERTIFICATE/)
})

test('--token takes the place of every other login', () => {
  const users = [
    ['token: old'],
    ['tokenFile: /nowhere'],
    ['username: jane', 'password: x'],
    ['exec: {command: p}'],
    ['auth-provider: {name: gcp}'],
  ]
  for (const lines of users) {
    const { user } = load({ token: 'new' }, lines)
    const others = [user?.tokenFile, user?.username, user?.password, user?.plugin, user?.authProvider]
    assert.equal([user?.token, ...others.filter(Boolean)], ['new'], lines[0])
  }
})

test('--client-certificate and --client-key take the place of inline data', () => {
  const flags = { clientCertificate: pkiFile('client.crt'), clientKey: pkiFile('client.key') }
  const lines = [`client-certificate-data: ${data('elsewhere.crt')}`, `client-key-data: ${data('elsewhere.key')}`]
  const { tls } = load(flags, lines)
  assert.equal(
    [tls.cert, tls.key].map(text => Buffer.from(text ?? '').toString('base64')),
    [data('client.crt'), data('client.key')],
  )
})

test('--as-uid needs --as', async () => {
  assert.is(load({ as: 'jane', asUid: '7' }).impersonate?.uid, '7')
  assert.is((await expected(() => load({ asUid: '7' }))).code, 'as-uid-without-as')
})

const echo = () => http.createServer((request, response) => json(response, request.headers.authorization ?? ''))

test('a login in the server URL is sent, as kubectl does, and never shown', async () => {
  const listening = await listen(echo())
  const client = clientFor({ server: `http://me:p%40w@127.0.0.1:${listening.port}` })
  assert.is(client.server, `http://127.0.0.1:${listening.port}`)
  assert.is(await client.get('/api'), `Basic ${Buffer.from('me:p@w').toString('base64')}`)
  client.close()
  listening.close()
  const { message } = await expected(() => load({ server: 'ftp://me:pw@b' }))
  assert.not.match(message, /pw/)
})

const authorities = [
  ['the certificate itself', 'server', 'server'],
  ['an intermediate one', 'below', 'intermediate'],
] as const
for (const [what, served, authority] of authorities) {
  test(`an authority that did not sign itself: ${what}`, async () => {
    const cluster = [`certificate-authority-data: ${data(`${authority}.crt`)}`]
    const server = () => onTls(served, (_, response) => json(response, {}))
    await against(server(), async client => assert.equal(await client.get('/api'), {}), { cluster })
    const other = { cluster: [`certificate-authority-data: ${data('elsewhere.crt')}`] }
    await against(server(), async client => assert.is((await rejection(client.get('/api'))).kind, 'tls'), other)
  })
}

test.run()
