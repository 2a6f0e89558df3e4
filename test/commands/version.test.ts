import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { run } from '../../src/run.ts'
import { version } from '../../src/version.ts'
import { memoryIo } from '../io.ts'
import { json, listen } from '../kube/server.ts'

const test = suite('version')
const folder = mkdtempSync(join(tmpdir(), 'dnsfix-version-'))
test.after(() => rmSync(folder, { recursive: true }))

async function told(args: string): Promise<{ code: number; out: string; err: string }> {
  const io = memoryIo()
  const code = await run(`version ${args}`.trim().split(' '), io)
  return { code, out: io.out(), err: io.err() }
}

const served = { major: '1', minor: '35', gitVersion: 'v1.35.4', platform: 'linux/amd64' }

/** Runs a test with an API server that knows its version; `server` are the flags that name it. */
async function withServer(use: (server: string) => Promise<void>): Promise<void> {
  const server = http.createServer((request, response) =>
    json(response, request.url === '/version' ? served : {}, request.url === '/version' ? 200 : 404),
  )
  const { port, close } = await listen(server)
  const file = join(folder, 'config')
  writeFileSync(file, 'kind: Config\n')
  await use(`-s http://127.0.0.1:${port} --kubeconfig ${file}`).finally(close)
}

test("in words, by kubectl's names", () =>
  withServer(async server => {
    const { code, out, err } = await told(server)
    assert.is(out, `Client Version: v${version}\nNode Version: ${process.version}\nServer Version: v1.35.4\n`)
    assert.equal([code, err], [0, ''])
  }))

test('as data', () =>
  withServer(async server => {
    const { code, out } = await told(`-o json ${server}`)
    const report = JSON.parse(out)
    assert.is(code, 0)
    assert.equal(Object.keys(report), ['kind', 'version', 'clientVersion', 'serverVersion'])
    assert.equal([report.kind, report.version], ['Version', version])
    assert.equal(report.serverVersion, served)
    assert.is(report.clientVersion.gitVersion, `v${version}`)
    assert.is(report.clientVersion.nodeVersion, process.version)
    assert.match(report.clientVersion.platform, /^(linux|darwin|windows)\/(amd64|arm64)$/)
    assert.equal(parse((await told(`-o yaml ${server}`)).out), report)
  }))

test('--client asks no server', async () => {
  const { code, out, err } = await told('--client')
  assert.equal([code, err], [0, ''])
  assert.is(out, `Client Version: v${version}\nNode Version: ${process.version}\n`)
  assert.equal(Object.keys(JSON.parse((await told('--client -o json')).out)), ['kind', 'version', 'clientVersion'])
})

test('a server that cannot be asked leaves our own version, says why, and ends with 2', async () => {
  const { code, out, err } = await told(`-s http://127.0.0.1:9 --kubeconfig ${join(folder, 'config')}`)
  assert.is(code, 2)
  assert.is(out, `Client Version: v${version}\nNode Version: ${process.version}\n`)
  assert.match(err, /^error: .*127\.0\.0\.1:9.*\nhint: .+\n$/)
})

test('the same as data is one document', async () => {
  const { code, out, err } = await told(`-o json --kubeconfig ${join(folder, 'none')}`)
  const report = JSON.parse(out)
  assert.equal([code, err], [2, ''])
  assert.is(report.version, version)
  assert.is(report.serverVersion, null)
  assert.equal([report.error.kind, report.error.code], ['Error', 'kubeconfig-unreadable'])
})

test.run()
