import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type ConfigOptions, loadConfig } from '../../src/kube/config.ts'
import { data, expected, inFolder, kubeconfig, pkiFile, surroundings } from './support.ts'

const test = suite('kubeconfig errors')
const ca = [`certificate-authority-data: ${data('ca.crt')}`]

/** Loads one kubeconfig from its text. */
function load(text: string, options: ConfigOptions = {}) {
  return inFolder(folder => {
    const file = join(folder, 'config')
    writeFileSync(file, text)
    return loadConfig({ kubeconfig: file, ...options }, surroundings(folder))
  })
}

const broken: readonly [what: string, text: string, options: ConfigOptions, code: string, says: RegExp][] = [
  [
    'broken YAML',
    'apiVersion: v1\nclusters: [\nusers: {',
    {},
    'kubeconfig-invalid',
    /config is not a kubeconfig: line \d: /,
  ],
  ['some text', 'hello\nworld', {}, 'kubeconfig-invalid', /a mapping is expected/],
  ['another kind', 'kind: Pod\nmetadata: {name: x}', {}, 'kubeconfig-invalid', /its kind is Pod/],
  ['an empty file', '', {}, 'kubeconfig-missing', /is empty/],
  ['an unknown context', kubeconfig('https://a', ca), { context: 'mian' }, 'context-unknown', /no context "mian"/],
  ['an unknown cluster', kubeconfig('https://a', ca), { cluster: 'c2' }, 'cluster-unknown', /asked for by --cluster/],
  ['an unknown user', kubeconfig('https://a', ca), { user: 'root' }, 'user-unknown', /no user "root"/],
  [
    'a dangling user',
    kubeconfig('https://a', ca).replace('user: u1', 'user: u9'),
    {},
    'user-unknown',
    /context "main"/,
  ],
  [
    'no current-context',
    kubeconfig('https://a', ca).replace(/current-.*/, ''),
    {},
    'context-missing',
    /No context is chosen/,
  ],
  [
    'a context without cluster',
    kubeconfig('https://a').replace('cluster: c1, ', ''),
    {},
    'context-without-cluster',
    /context "main"/,
  ],
  ['no server', kubeconfig('""', ca), {}, 'server-invalid', /cluster "c1" is not/],
  ['another scheme', kubeconfig('ftp://a', ca), {}, 'server-invalid', /ftp:/],
  [
    'a missing CA file',
    kubeconfig('https://a', ['certificate-authority: nope.crt']),
    {},
    'certificate-unreadable',
    /nope.crt.*no such file/,
  ],
  [
    'a CA that is none',
    kubeconfig('https://a', ['certificate-authority-data: aGVsbG8=']),
    {},
    'certificate-invalid',
    /No PEM/,
  ],
  [
    'no client key',
    kubeconfig('https://a', ca, [`client-certificate: ${pkiFile('client.crt')}`]),
    {},
    'client-key-invalid',
    /no client key/,
  ],
  ['as-group alone', kubeconfig('https://a', ca), { asGroup: ['x'] }, 'as-group-without-as', /without --as/],
  ['a bad time', kubeconfig('https://a', ca), { requestTimeout: 'soon' }, 'request-timeout-invalid', /"soon"/],
]

for (const [what, text, options, code, says] of broken) {
  test(`says what is wrong: ${what}`, async () => {
    const error = await expected(() => load(text, options))
    assert.is(error.code, code)
    assert.match(error.message, says)
    assert.is(error.exitCode, 2)
    assert.not.match(error.message, '\n')
    assert.ok(error.hint)
  })
}

test('an unknown context names the nearest and the known ones', async () => {
  const error = await expected(() => load(kubeconfig('https://a', ca), { context: 'mian' }))
  assert.is(error.hint, 'Did you mean "main"? Known: main')
})

test('an expired client certificate is told before connecting', async () => {
  const user = [`client-certificate: ${pkiFile('expired.crt')}`, `client-key: ${pkiFile('expired.key')}`]
  const error = await expected(() => load(kubeconfig('https://a', ca, user)))
  assert.is(error.message, 'The client certificate of user "u1" expired on 2021-01-01 00:00 UTC')
})

test('a key of another certificate is told', async () => {
  const user = [`client-certificate: ${pkiFile('client.crt')}`, `client-key: ${pkiFile('server.key')}`]
  const error = await expected(() => load(kubeconfig('https://a', ca, user)))
  assert.is(error.code, 'client-key-invalid')
})

test('no kubeconfig at all: says where it looked', async () => {
  await inFolder(async folder => {
    const error = await expected(() => loadConfig({}, surroundings(folder)))
    assert.is(error.code, 'kubeconfig-missing')
    assert.match(error.message, join(folder, '.kube', 'config'))
  })
})

test('an unreadable kubeconfig: missing, a folder, no permission', async () => {
  await inFolder(async folder => {
    const locked = join(folder, 'locked')
    writeFileSync(locked, kubeconfig('https://a'))
    chmodSync(locked, 0)
    const says = async (kubeconfig: string) =>
      (await expected(() => loadConfig({ kubeconfig }, surroundings(folder)))).message
    assert.match(await says(join(folder, 'missing')), /missing: no such file$/)
    assert.match(await says(folder), /: it is a directory$/)
    if (process.getuid?.() !== 0) assert.match(await says(locked), /: permission denied$/)
  })
})

test.run()
