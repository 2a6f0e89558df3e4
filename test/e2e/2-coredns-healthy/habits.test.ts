import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import * as assert from 'uvu/assert'
import { checkUntil } from '../faults.ts'
import { adminConfig, changed, files, inPod, proxy } from '../surroundings.ts'
import { binary, checkJson, codesIn, dnsfix, onVariant } from '../tool.ts'
import { clusterWide, forgetUser, tokenWith } from '../user.ts'

const test = onVariant('coredns-healthy', "kubectl's habits")
const { folder, write, remove } = files()
test.after(async () => {
  remove()
  await forgetUser()
})

const everything = clusterWide([{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }])

type Report = Awaited<ReturnType<typeof checkJson>>

/** The whole verdict: port-forward, log, metrics, everything was let through. */
function isWhole(report: Report): void {
  assert.is(report.exit, 0)
  assert.is(report.verdict, 'healthy')
  assert.equal(report.skipped, [])
  assert.equal(codesIn(report, ['error', 'warning', 'info']), [])
}

const isHealthy = (report: Report): boolean => report.verdict === 'healthy' && report.skipped.length === 0

test('an exec credential plugin gives the token, and is told of the cluster', async () => {
  const config = await adminConfig()
  const token = await tokenWith(everything)
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } }
  const plugin = write(
    'plugin',
    `#!/bin/sh
echo run >>'${folder}/runs'
printf '%s' "$KUBERNETES_EXEC_INFO" >'${folder}/info'
printf '%s' '${JSON.stringify(credential)}'
`,
  )
  const exec = {
    apiVersion: credential.apiVersion,
    command: plugin,
    interactiveMode: 'Never',
    provideClusterInfo: true,
  }
  const file = write('exec.json', changed(config, { exec }))
  isWhole(await checkUntil('the token to have its rights', isHealthy, ['--kubeconfig', file]))
  const before = readFileSync(join(folder, 'runs'), 'utf8').split('\n').length
  isWhole(await checkJson(['--kubeconfig', file]))
  assert.is(readFileSync(join(folder, 'runs'), 'utf8').split('\n').length, before + 1, 'once for all requests of a run')
  const { spec } = JSON.parse(readFileSync(join(folder, 'info'), 'utf8'))
  assert.is(spec.cluster.server, config.clusters[0]?.cluster.server)
})

test('an exec credential plugin gives a client certificate', async () => {
  const config = await adminConfig()
  const decoded = (key: string) => Buffer.from(String(config.users[0]?.user[key]), 'base64').toString()
  const status = {
    clientCertificateData: decoded('client-certificate-data'),
    clientKeyData: decoded('client-key-data'),
  }
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status }
  write('credential.json', credential)
  const plugin = write('certificate', `#!/bin/sh\ncat '${folder}/credential.json'\n`)
  const exec = { apiVersion: credential.apiVersion, command: plugin, interactiveMode: 'Never' }
  isWhole(await checkJson(['--kubeconfig', write('certificate.json', changed(config, { exec }))]))
})

test('HTTPS_PROXY leads every connection through the proxy, NO_PROXY none', async () => {
  const { host, hostname } = new URL((await adminConfig()).clusters[0]?.cluster.server ?? '')
  const { url, targets, close } = await proxy()
  isWhole(await checkJson([], { HTTPS_PROXY: url, NO_PROXY: '' }))
  assert.ok(targets.length > 0)
  assert.equal([...new Set(targets)], [host])
  const through = targets.length
  isWhole(await checkJson([], { HTTPS_PROXY: url, NO_PROXY: `other.example,${hostname}` }))
  assert.is(targets.length, through)
  close()
  const gone = await dnsfix(['check'], { HTTPS_PROXY: url, NO_PROXY: '' })
  assert.is(gone.code, 2)
  assert.match(gone.stderr, new URL(url).host)
})

test('proxy-url of the kubeconfig wins over the variables', async () => {
  const config = await adminConfig()
  const { url, targets, close } = await proxy()
  const file = write('proxy.json', changed(config, config.users[0]?.user ?? {}, { 'proxy-url': url }))
  isWhole(await checkJson(['--kubeconfig', file], { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '*' }))
  assert.ok(targets.length > 0)
  close()
})

test('--as and --as-group act as somebody else, in every kind of request', async () => {
  const users = { apiGroups: [''], resources: ['users', 'groups'], verbs: ['impersonate'] }
  const token = await tokenWith(clusterWide([users]))
  const file = write('as.json', changed(await adminConfig(), { token }))
  const jane = ['--kubeconfig', file, '--as', 'jane']
  // The token itself may read nothing: what one request asked without the name would be missing.
  isWhole(await checkUntil('the right to impersonate', isHealthy, [...jane, '--as-group', 'system:masters']))
  for (const args of [jane, ['--kubeconfig', file]]) {
    const alone = await checkJson(args)
    assert.is(alone.exit, 2)
    assert.is(alone.verdict, 'unknown')
    assert.ok(alone.findings.length > 0 && alone.findings.every(f => f.category === 'access'))
  }
})

test('KUBECONFIG joins several files; of one name the first counts, and a missing file is no trouble', async () => {
  const config = await adminConfig()
  const [context] = config.contexts
  const contexts = write('contexts.json', { 'current-context': 'mine', contexts: [{ ...context, name: 'mine' }] })
  const clusters = write('clusters.json', { clusters: config.clusters })
  const broken = config.users.map(({ name }) => ({ name, user: { token: 'nobody' } }))
  const users = write('users.json', { 'current-context': 'other', users: config.users })
  const others = write('others.json', { users: broken })
  const list = [contexts, join(folder, 'none'), clusters, users, others]
  isWhole(await checkJson([], { KUBECONFIG: list.join(delimiter) }))
  const turned = await dnsfix(['check'], { KUBECONFIG: list.toReversed().join(delimiter) })
  assert.is(turned.code, 2)
  assert.match(turned.stderr, /no context "other"/)
  const { code, stderr } = await dnsfix(['check', '--context', 'mine'], {
    KUBECONFIG: list.toReversed().join(delimiter),
  })
  assert.is(code, 2)
  assert.match(stderr, /credentials/)
})

test('in a Pod without a kubeconfig the service account is taken', async () => {
  const config = await adminConfig()
  const { cluster } = config.clusters[0] ?? {}
  const token = await tokenWith(everything)
  const file = write('token.json', changed(config, { token }))
  await checkUntil('the token to have its rights', isHealthy, ['--kubeconfig', file])
  write('token', `${token}\n`)
  write('ca.crt', Buffer.from(String(cluster?.['certificate-authority-data']), 'base64').toString())
  write('namespace', 'kube-system')
  const server = new URL(cluster?.server ?? '')
  const report = JSON.parse(inPod(folder, server, [binary, 'check', '-o', 'json']))
  assert.is(report.verdict, 'healthy')
  assert.is(report.cluster.server, server.href.replace(/\/$/, ''))
  assert.not(existsSync('/run/secrets/kubernetes.io/serviceaccount/token'))
})

test.run()
