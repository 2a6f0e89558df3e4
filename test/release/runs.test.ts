import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binaryOf, version } from '../../krew/build.ts'
import { type Platform, platforms } from '../../krew/platforms.ts'
import { outputOf } from '../output.ts'
import { installed, testWith } from '../skip.ts'

const [linux = '', arm = '', windows = ''] = ['linux-amd64', 'linux-arm64', 'windows-amd64'].map(binary)

function binary(name: string): string {
  const platform = platforms.find(({ os, arch }) => `${os}-${arch}` === name) as Platform
  return binaryOf(platform)
}

const evidence = join('test', 'evidence')

/** What is run on every platform, and how it ends: all of the program but the connection to a cluster. */
const lines: readonly (readonly [line: string, code: number])[] = [
  ['--version', 0],
  ['--help', 0],
  ['version --client -o json', 0],
  ['explain DNS301 -o json', 0],
  ['rbac fix -o json', 0],
  ['completion powershell', 0],
  ['__complete explain DNS30', 0],
  [`check -o json --from ${join(evidence, 'coredns-loop.json')}`, 1],
  [`check -o json --from ${join(evidence, 'coredns-healthy.json')}`, 0],
  [`verify -o junit --from ${join(evidence, 'verified', 'coredns-loop.json')}`, 1],
  ['check -o json --kubeconfig missing', 2],
  ['check -o json --no-such-flag', 2],
]

const plain = { NO_COLOR: '1', FORCE_COLOR: undefined }

/** Without what is the platform's own: its name, and where a terminal breaks lines. */
const bare = (text: string): string => text.replace(/(?<="platform":\s*")[^"]*/, '').replace(/\s+/g, '')

const onLinux = ([line, code]: (typeof lines)[number]): string =>
  bare(outputOf([linux, ...line.split(' ')], plain, code))

const linuxHere = {
  what: 'Linux on amd64',
  there: process.platform === 'linux' && process.arch === 'x64',
  install: 'run the tests there',
}
const libraries = {
  what: 'the C++ library for arm64',
  there: existsSync('/usr/aarch64-linux-gnu/lib/libstdc++.so.6'),
  install: 'apt-get install --no-install-recommends libc6-arm64-cross libstdc++6-arm64-cross libgcc-s1-arm64-cross',
}

testWith(test, [linuxHere], 'linux amd64: runs, and judges a recorded cluster', () => {
  assert.is(outputOf([linux, '--version']).trim(), version)
  for (const line of lines) assert.ok(onLinux(line).length > 0, line[0])
  assert.match(outputOf([linux, 'check', '--from', join(evidence, 'coredns-loop.json')], plain, 1), /DNS is broken/)
})

testWith(
  test,
  [linuxHere, installed('qemu-aarch64-static', 'qemu-user-static'), libraries],
  'linux arm64: runs under qemu, and says the same as amd64',
  () => {
    const argv = ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu', arm]
    for (const [line, code] of lines)
      assert.is(bare(outputOf([...argv, ...line.split(' ')], plain, code)), onLinux([line, code]), line)
  },
)

// What Node writes to a pipe does not get through wine 8; to a terminal it does, and `script` makes one.
testWith(
  test,
  [linuxHere, installed('wine', 'wine wine64')],
  'windows amd64: runs under wine, and says the same as Linux',
  () => {
    const prefix = mkdtempSync(join(tmpdir(), 'dnsfix-wine-'))
    const env = { ...plain, WINEPREFIX: prefix, WINEDEBUG: '-all', NODE_SKIP_PLATFORM_CHECK: '1', DISPLAY: '' }
    const run = (line: string, code: number) =>
      stripVTControlCharacters(outputOf(['script', '-qec', `wine ${windows} ${line}`, '/dev/null'], env, code))
    try {
      // The first run makes wine's folder, and tells of it.
      assert.ok(run('--version', 0).includes(version))
      for (const [line, code] of lines) assert.is(bare(run(line, code)), onLinux([line, code]), line)
    } finally {
      spawnSync('wineserver', ['-k', '-w'], { env: { ...process.env, ...env } })
      rmSync(prefix, { recursive: true, force: true })
    }
  },
)

test.run()
