import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { binaryOf, version } from '../../../krew/build.ts'
import { hostPlatform } from '../../../krew/platforms.ts'
import { releaseFolder } from '../../../krew/release.ts'
import { shown } from '../../docs/commands.ts'
import { archiveOf, released } from '../../release/archive.ts'
import { testWith } from '../../skip.ts'
import { checkUntil } from '../faults.ts'
import { contentOf, leaving } from '../fix.ts'
import { type NewUser, newUser } from '../new-user.ts'
import { binary, codesIn, onVariant } from '../tool.ts'

const variant = 'coredns-loop'
const test = onVariant(variant, 'the first minute of a new user')

const archive = join(releaseFolder, archiveOf(hostPlatform()))
const sameBytes = (a: string, b: string): boolean => readFileSync(a).equals(readFileSync(b))

/** One commit gives the same bytes: with other bytes it is of other sources than the rest of these tests. */
const release = {
  what: 'the release of these sources',
  there:
    existsSync(archive) &&
    [binary, binaryOf(hostPlatform())].every(existsSync) &&
    sameBytes(binary, binaryOf(hostPlatform())),
  install: 'npm run release',
}

/** Runs `kubectl dnsfix`, which has to end with this code and to say this. */
async function says({ kubectl }: NewUser, code: number, pattern: RegExp, ...args: readonly string[]): Promise<string> {
  const ran = await kubectl('dnsfix', ...args)
  const told = `kubectl dnsfix ${args.join(' ')}: ${ran.stdout}${ran.stderr}`
  assert.is(ran.code, code, told)
  assert.match(ran.stdout, pattern, told)
  return ran.stdout
}

async function installs(user: NewUser): Promise<void> {
  const { code, stdout, stderr } = await user.kubectl(
    'krew',
    'install',
    `--manifest=${released}`,
    `--archive=${archive}`,
  )
  assert.is(code, 0, stdout + stderr)
  assert.ok(sameBytes(join(user.krewRoot, 'bin', 'kubectl-dnsfix'), binary), 'the archive is of other sources')
  await says(user, 0, new RegExp(`^Client Version: v${version.replaceAll('.', '\\.')}$`, 'm'), 'version', '--client')
}

/** What Krew shows after the installation is done word for word: its lines that are further in are commands. */
async function setsUpCompletion(user: NewUser): Promise<void> {
  const caveats: string = parse(readFileSync(released, 'utf8')).spec.caveats
  const commands = caveats.split('\n').filter(line => line.startsWith(' '))
  assert.ok(commands.length > 0)
  const { code, stdout, stderr } = await user.shell(commands.join('\n'))
  assert.is(code, 0, stdout + stderr)
  const offered = await user.kubectl('__completeNoDesc', 'dnsfix', 'undo', '--')
  assert.match(offered.stdout, /^--list$/m)
}

async function seesTheCluster(user: NewUser): Promise<void> {
  await says(user, 0, /^Server Version: v1\./m, 'version')
  const nodes = await user.kubectl('__completeNoDesc', 'dnsfix', 'verify', '--nodes', 'w')
  assert.is(nodes.stdout, 'w1\n:4\n')
}

async function repairs(user: NewUser): Promise<void> {
  await checkUntil('both Pods to be down', report => codesIn(report).includes('DNS102'))
  const before = await contentOf('coredns')
  await says(user, 1, /^✗ DNS is broken: .*DNS301 UpstreamLoopback\n/, 'check')
  const told = await says(user, 0, /^✓ Repaired: .*DNS301 UpstreamLoopback$/m, 'fix', '--yes')
  const plan = shown('kubectl dnsfix fix').filter(line => !/^ +\.\.\.$|^Apply this change\?/.test(line))
  assert.ok(plan.length > 3)
  for (const line of plan) assert.ok(told.split('\n').includes(line), `README.md shows "${line}", and it is:\n${told}`)
  assert.is.not(await contentOf('coredns'), before)
  await says(user, 0, /^✓ Names resolve from Pods on every node\n/, 'verify')
  await says(user, 0, /^✓ Taken back: /m, 'undo', '--yes')
  assert.is(await contentOf('coredns'), before)
}

testWith(test, [release], 'installs with Krew, sees what is wrong, repairs it, proves it and takes it back', () =>
  leaving(variant, async () => {
    const user = await newUser()
    try {
      await installs(user)
      await setsUpCompletion(user)
      await seesTheCluster(user)
      await repairs(user)
    } finally {
      user.remove()
    }
  }),
)

test.run()
