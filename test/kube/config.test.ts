import { mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type ConfigOptions, loadConfig } from '../../src/kube/config.ts'
import { data, inFolder, kubeconfig, surroundings } from './support.ts'

const test = suite('kubeconfig')
const ca = [`certificate-authority-data: ${data('ca.crt')}`]

/** Loads one kubeconfig from its text. */
function load(text: string, options: ConfigOptions = {}) {
  return inFolder(folder => {
    const file = join(folder, 'config')
    writeFileSync(file, text)
    return loadConfig({ kubeconfig: file, ...options }, surroundings(folder))
  })
}

test('takes context, namespace and server from the file', () => {
  const config = load(kubeconfig('https://10.0.0.1:6443', ca))
  assert.is(config.context, 'main')
  assert.is(config.namespace, 'apps')
  assert.is(config.server.href, 'https://10.0.0.1:6443/')
  assert.is(config.user?.token, 's3cret-token')
  assert.is(config.requestTimeoutMs, undefined)
})

test('flags win over the file', () => {
  const options = { namespace: 'other', requestTimeout: '1m30s', as: 'jane', asGroup: ['dev', 'ops'] }
  const config = load(kubeconfig('https://10.0.0.1:6443', ca), options)
  assert.is(config.namespace, 'other')
  assert.is(config.requestTimeoutMs, 90_000)
  assert.equal(config.impersonate, { user: 'jane', groups: ['dev', 'ops'], uid: undefined, extra: {} })
})

test('reads impersonation from the file', () => {
  const user = ['as: jane', 'as-uid: "7"', 'as-groups: [dev]', 'as-user-extra: {scopes: [a, b]}']
  const { impersonate } = load(kubeconfig('https://10.0.0.1:6443', ca, user))
  assert.equal(impersonate, { user: 'jane', groups: ['dev'], uid: '7', extra: { scopes: ['a', 'b'] } })
})

test('joins a KUBECONFIG list: the first that has a name wins, missing files are skipped', () => {
  inFolder(folder => {
    const files = ['missing', 'a', 'b'].map(name => join(folder, name))
    writeFileSync(join(folder, 'a'), kubeconfig('https://a:6443', ca).replaceAll('main', 'only-a'))
    writeFileSync(join(folder, 'b'), kubeconfig('https://b:6443', ca))
    const env = { KUBECONFIG: files.join(delimiter) }
    assert.is(loadConfig({}, surroundings(folder, env)).context, 'only-a')
    const other = loadConfig({ context: 'main' }, surroundings(folder, env))
    assert.is(other.server.host, 'a:6443')
  })
})

test('falls back to ~/.kube/config when KUBECONFIG is empty', () => {
  inFolder(folder => {
    mkdirSync(join(folder, '.kube'))
    writeFileSync(join(folder, '.kube/config'), kubeconfig('https://home:6443', ca))
    assert.is(loadConfig({}, surroundings(folder, { KUBECONFIG: '' })).server.host, 'home:6443')
  })
})

test('uses the service account in a Pod', () => {
  inFolder(folder => {
    mkdirSync(join(folder, 'serviceaccount'))
    for (const [name, text] of [
      ['token', 'abc'],
      ['namespace', 'tools\n'],
    ] as const) {
      writeFileSync(join(folder, 'serviceaccount', name), text)
    }
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }
    const config = loadConfig({}, surroundings(folder, env))
    assert.is(config.server.href, 'https://[fd00::1]/')
    assert.is(config.namespace, 'tools')
  })
})

test('paths are relative to the file that names them', () => {
  inFolder(folder => {
    const user = ['client-certificate: ../pki/client.crt', 'client-key: ../pki/client.key']
    mkdirSync(join(folder, 'pki'))
    mkdirSync(join(folder, 'conf'))
    for (const name of ['client.crt', 'client.key']) {
      writeFileSync(join(folder, 'pki', name), Buffer.from(data(name), 'base64'))
    }
    writeFileSync(join(folder, 'conf/config'), kubeconfig('https://a:6443', ca, user))
    const config = loadConfig({ kubeconfig: join(folder, 'conf/config') }, surroundings(folder))
    assert.match(config.tls.cert ?? '', 'BEGIN CERTIFICATE')
  })
})

test('a server without a scheme is https when TLS is set up', () => {
  assert.is(load(kubeconfig('10.0.0.1:6443', ca)).server.protocol, 'https:')
  assert.is(load(kubeconfig('10.0.0.1:8080')).server.protocol, 'http:')
})

test.run()
