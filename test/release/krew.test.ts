import { execFile } from 'node:child_process'
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { binaryOf, version } from '../../krew/build.ts'
import { hostPlatform, nameOf, type Platform, platforms, withExtension } from '../../krew/platforms.ts'
import { releaseFolder } from '../../krew/release.ts'
import { toolPath } from '../../krew/tool.ts'
import { kubectlPath } from '../cluster/paths.ts'
import { outputOf } from '../output.ts'
import { root } from '../runner.ts'
import { testKubectl, testWith } from '../skip.ts'
import { archiveOf, checksums, released, render, texts } from './archive.ts'

const test = suite('krew')
const work = mkdtempSync(join(tmpdir(), 'dnsfix-krew-'))
const template = readFileSync(join(root, 'krew', 'dnsfix.yaml'), 'utf8')
const address = 'https://github.com/kubectl-dnsfix/kubectl-dnsfix/releases/download/{{ .TagName }}'

test.after(() => rmSync(work, { recursive: true, force: true }))

async function install(platform: Platform, archive: string): Promise<string> {
  const krewRoot = mkdtempSync(join(work, `${nameOf(platform)}-`))
  const env = { KREW_ROOT: krewRoot, KREW_OS: platform.os, KREW_ARCH: platform.arch }
  outputOf([await toolPath('krew'), 'install', `--manifest=${released}`, `--archive=${archive}`], env)
  return krewRoot
}

test("GoReleaser's manifest is what the template for the index becomes", () => {
  const ours = parse(readFileSync(released, 'utf8'))
  const tag = /download\/([^/]+)\//.exec(ours.spec.platforms[0].uri)?.[1] ?? ''
  const index = parse(render(template, tag, checksums()))
  const byUri = (a: { uri: string }, b: { uri: string }) => a.uri.localeCompare(b.uri)
  assert.equal(index.spec.platforms.sort(byUri), ours.spec.platforms.sort(byUri))
  assert.is(index.spec.version, tag)
  assert.equal({ ...index.spec, platforms: 0, version: 0 }, { ...ours.spec, platforms: 0, version: 0 })
  assert.equal(index.metadata, ours.metadata)
})

for (const platform of platforms) {
  test(`${nameOf(platform)}: krew installs the archive, with its texts and the program that was built`, async () => {
    const krewRoot = await install(platform, join(releaseFolder, archiveOf(platform)))
    const store = join(krewRoot, 'store', 'dnsfix')
    const folder = join(store, readdirSync(store)[0] ?? '')
    const program = withExtension('kubectl-dnsfix', platform)
    assert.equal(readdirSync(folder).sort(), [...texts, program].sort())
    assert.ok(readFileSync(join(folder, program)).equals(readFileSync(binaryOf(platform))))
    assert.equal(readdirSync(join(krewRoot, 'bin')), [program])
    rmSync(krewRoot, { recursive: true })
  })
}

test('krew refuses an archive that was changed', async () => {
  const archive = join(work, archiveOf(hostPlatform()))
  copyFileSync(join(releaseFolder, archiveOf(hostPlatform())), archive)
  appendFileSync(archive, 'more')
  const error = await install(hostPlatform(), archive).then(() => 'installed', String)
  assert.match(error, /checksum does not match/)
})

testWith(test, [testKubectl], 'kubectl finds what krew installed', async () => {
  const krewRoot = await install(hostPlatform(), join(releaseFolder, archiveOf(hostPlatform())))
  const env = { PATH: `${join(krewRoot, 'bin')}${delimiter}${process.env.PATH}` }
  assert.is(outputOf([kubectlPath(), 'dnsfix', '--version'], env).trim(), version)
  assert.match(outputOf([kubectlPath(), 'plugin', 'list'], env), /bin\/kubectl-dnsfix/)
})

/** The manifest of the index with its archives served on this machine, as far as Krew's own validator goes. */
testWith(
  test,
  [testKubectl],
  "the manifest for the index passes Krew's validator, which downloads and installs all",
  async () => {
    const server = createServer((request, response) => {
      const file = join(releaseFolder, (request.url ?? '').split('/').at(-1) ?? '')
      if (existsSync(file)) response.end(readFileSync(file))
      else response.writeHead(404).end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo
      const local = template.replaceAll(address, `http://127.0.0.1:${port}`)
      const manifest = join(work, 'dnsfix.yaml')
      writeFileSync(manifest, render(local, `v${version}`, checksums()))
      // It runs `kubectl krew install`, so both must be found.
      const bin = join(work, 'bin')
      mkdirSync(bin)
      symlinkSync(await toolPath('krew'), join(bin, 'kubectl-krew'))
      symlinkSync(kubectlPath(), join(bin, 'kubectl'))
      const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }
      const validator = await toolPath('validate-krew-manifest')
      const { stderr } = await promisify(execFile)(validator, ['-manifest', manifest], { env, maxBuffer: 1e8 })
      assert.match(stderr, 'all 5 spec.platforms installed fine')
    } finally {
      server.close()
    }
  },
)

test.run()
