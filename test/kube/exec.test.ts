import { writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { against, type TestClient } from './server.ts'
import { data, expected, inFolder } from './support.ts'

const test = suite('credential plugins')

const echo = () =>
  http.createServer((request, response) => response.end(JSON.stringify(request.headers.authorization ?? '')))

/** The lines of a user whose plugin is a script for this Node. */
function plugin(script: string, more: readonly string[] = []): string[] {
  const args = JSON.stringify(['--input-type=commonjs', '-e', script])
  return [
    'exec:',
    '  apiVersion: client.authentication.k8s.io/v1',
    `  command: ${process.execPath}`,
    `  args: ${args}`,
    ...more.map(line => `  ${line}`),
  ]
}

const credential = (status: object) =>
  `process.stdout.write(${JSON.stringify(JSON.stringify({ kind: 'ExecCredential', status }))})`

test('the token of a plugin; it runs once for many requests', async () => {
  await inFolder(async folder => {
    const log = join(folder, 'runs')
    const script = `require('fs').appendFileSync(${JSON.stringify(log)}, 'x'); ${credential({ token: 'from-plugin' })}`
    const use = async (client: TestClient) => {
      writeFileSync(log, '')
      const tokens = await Promise.all([1, 2, 3].map(() => client.get('/api')))
      assert.equal(tokens, Array(3).fill('Bearer from-plugin'))
      await client.get('/api')
      const { readFileSync } = await import('node:fs')
      assert.is(readFileSync(log, 'utf8'), 'x')
    }
    await against(echo(), use, { user: plugin(script) })
  })
})

test('a plugin learns about the cluster', async () => {
  const script = `const { spec, apiVersion } = JSON.parse(process.env.KUBERNETES_EXEC_INFO)
    process.stdout.write(JSON.stringify({ status: { token: [apiVersion, spec.cluster.server.slice(0, 17), process.env.EXTRA].join() } }))`
  const user = plugin(script, ['provideClusterInfo: true', 'env: [{name: EXTRA, value: more}]'])
  const use = async (client: TestClient) =>
    assert.is(await client.get('/api'), 'Bearer client.authentication.k8s.io/v1,http://127.0.0.1:,more')
  await against(echo(), use, { user })
})

test('what a plugin says on stderr is passed on', async () => {
  const said: string[] = []
  const script = `console.error('open https://login.example/device'); ${credential({ token: 'x' })}`
  const setup = { user: plugin(script), notify: (text: string) => said.push(text) }
  await against(echo(), client => client.get('/api').then(() => undefined), setup)
  assert.is(said.join(''), 'open https://login.example/device\n')
})

const broken: readonly [what: string, user: readonly string[], code: string, says: RegExp, hint: RegExp][] = [
  [
    'missing',
    ['exec: {command: no-such-plugin, installHint: Get it somewhere}'],
    'plugin-missing',
    /"no-such-plugin" of user "u1" was not found/,
    /^Get it somewhere$/,
  ],
  ['missing, without a hint', ['exec: {command: ./no-such-plugin}'], 'plugin-missing', /was not found/, /PATH/],
  [
    'failing',
    plugin(`console.error('session expired'); process.exit(3)`),
    'plugin-failed',
    /failed: session expired$/,
    /^Log in again/,
  ],
  ['chatty', plugin(`console.log('hello')`), 'plugin-failed', /did not print an ExecCredential/, /by hand/],
  ['empty', plugin(`console.log('{}')`), 'plugin-failed', /did not print an ExecCredential/, /by hand/],
]

for (const [what, user, code, says, hint] of broken) {
  test(`a plugin that is ${what}`, async () => {
    const use = async (client: TestClient) => {
      const error = await expected(() => client.get('/api'))
      assert.is(error.code, code)
      assert.match(error.message, says)
      assert.match(error.hint, hint)
    }
    await against(echo(), use, { user })
  })
}

test('what a plugin is called with is not told: secrets are among it', async () => {
  const user = plugin('process.exit(1)')
  const secret = user.map(line => line.replace(/\]$/, ',"--oidc-client-secret=hunter2secret"]'))
  const use = async (client: TestClient) => {
    const { message, hint } = await expected(() => client.get('/api'))
    assert.not.match(message + hint, /hunter2secret/)
    assert.ok(hint.includes(process.execPath), hint)
  }
  await against(echo(), use, { user: secret })
})

const jwt = (exp: number) => `x.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.y`
const oidc = (token: string) => ['auth-provider:', '  name: oidc', `  config: {id-token: ${token}}`]

test('a valid OIDC token is used, an expired one is left to kubectl to renew', async () => {
  const valid = jwt(4e9)
  await against(echo(), async client => assert.is(await client.get('/api'), `Bearer ${valid}`), { user: oidc(valid) })
  const use = async (client: TestClient) => assert.is((await expected(() => client.get('/api'))).code, 'token-expired')
  await against(echo(), use, { user: oidc(jwt(1)) })
})

test('an auth-provider that Kubernetes dropped names its successor', async () => {
  const use = async (client: TestClient) => {
    const error = await expected(() => client.get('/api'))
    assert.is(error.code, 'auth-provider-removed')
    assert.match(error.hint, 'gke-gcloud-auth-plugin')
  }
  await against(echo(), use, { user: ['auth-provider: {name: gcp}'] })
})

test('a client certificate from a plugin', async () => {
  const { default: https } = await import('node:https')
  const { pki } = await import('./support.ts')
  const server = https.createServer(
    { cert: pki('server.crt'), key: pki('server.key'), ca: pki('ca.crt'), requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const { subject } = (request.socket as import('node:tls').TLSSocket).getPeerCertificate()
      response.end(JSON.stringify(subject.CN))
    },
  )
  const status = { clientCertificateData: pki('client.crt'), clientKeyData: pki('client.key') }
  await against(server, async client => assert.is(await client.get('/api'), 'tester'), {
    user: plugin(credential(status)),
    cluster: [`certificate-authority-data: ${data('ca.crt')}`],
  })
})

test.run()
