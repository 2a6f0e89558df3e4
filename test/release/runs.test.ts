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
import { root } from '../runner.ts'
import { installed, testWith } from '../skip.ts'

const evidence = join(root, 'test', 'evidence', 'coredns-loop.json')
const [linux, arm, windows] = ['linux-amd64', 'linux-arm64', 'windows-amd64'].map(binary)

function binary(name: string): string {
  const platform = platforms.find(({ os, arch }) => `${os}-${arch}` === name) as Platform
  return binaryOf(platform)
}

/** What a binary says of a recorded cluster whose DNS is broken: it goes through all of it but the connection. */
const verdict = (argv: readonly string[]) =>
  outputOf([...argv, 'check', '--from', evidence], { NO_COLOR: '1', FORCE_COLOR: undefined }, 1)

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
  assert.is(outputOf([linux ?? '', '--version']).trim(), version)
  assert.match(verdict([linux ?? '']), /DNS is broken/)
})

testWith(
  test,
  [linuxHere, installed('qemu-aarch64-static', 'qemu-user-static'), libraries],
  'linux arm64: runs under qemu, and says the same as amd64',
  () => {
    const argv = ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu', arm ?? '']
    assert.is(outputOf([...argv, '--version']).trim(), version)
    assert.is(verdict(argv), verdict([linux ?? '']))
  },
)

// What Node writes to a pipe does not get through wine 8; to a terminal it does, and `script` makes one.
testWith(
  test,
  [linuxHere, installed('wine', 'wine wine64')],
  'windows amd64: --version and --help run under wine',
  () => {
    const prefix = mkdtempSync(join(tmpdir(), 'dnsfix-wine-'))
    const env = { WINEPREFIX: prefix, WINEDEBUG: '-all', NODE_SKIP_PLATFORM_CHECK: '1', DISPLAY: '' }
    const run = (option: string) =>
      stripVTControlCharacters(outputOf(['script', '-qec', `wine ${windows} ${option}`, '/dev/null'], env))
    try {
      assert.ok(run('--version').includes(version))
      assert.match(run('--help'), /kubectl dnsfix check/)
    } finally {
      spawnSync('wineserver', ['-k', '-w'], { env: { ...process.env, ...env } })
      rmSync(prefix, { recursive: true, force: true })
    }
  },
)

test.run()
