import { statSync, utimesSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { backupOf, digestOf, encoded } from '../../../src/fix/node/file.ts'
import { restoreScript } from '../../../src/fix/node/restore-script.ts'
import { hasEnded, told } from '../../../src/fix/node/transcript.ts'
import { config, type Host, type How, hostWith } from './host.ts'

const before = 'resolvConf: /etc/resolv.conf\n'
const present = 'resolvConf: /run/systemd/resolve/resolv.conf\n'
const backup = backupOf(config, '7f3a')
const old = new Date('2026-01-02T03:04:05Z')

const restore = (
  host: Host,
  original: string | null = before,
  expected: string | null = present,
  lines = '',
  how: How = {},
) =>
  host.run(
    restoreScript,
    {
      FILE: config,
      BACKUP: backup,
      PRESENT: expected === null ? '' : digestOf(expected),
      LINES: encoded(lines),
      BEFORE: digestOf(original),
      TEXT: encoded(original),
    },
    how,
  )

let host: Host
const test = suite('the script that gives a node its file back')
test.before.each(() => {
  host = hostWith({ [config]: present, [backup]: before })
  host.write(backup, before, 0o600)
  utimesSync(host.at(backup), old, old)
})
test.after.each(() => host.remove())

const isOriginal = () => {
  assert.is(host.read(config), before)
  assert.equal(host.list('/var/lib/kubelet'), ['config.yaml'])
}

test('bytes, mode and times are those of before; a second time changes nothing', async () => {
  for (const round of [1, 2]) {
    const transcript = await restore(host)
    assert.is(told(transcript, 'left'), 'restored', `round ${round}`)
    isOriginal()
    const { mode, mtimeMs } = statSync(host.at(config))
    assert.equal([mode & 0o777, mtimeMs], [0o600, old.getTime()])
  }
})

test('without its back-up the text is written, with the mode that the file has', async () => {
  for (const instead of ['damaged', null]) {
    host.write(config, present, 0o640)
    if (instead === null) host.drop(backup)
    else host.write(backup, instead)
    assert.is(told(await restore(host), 'left'), 'restored')
    isOriginal()
    assert.is(statSync(host.at(config)).mode & 0o777, 0o640)
  }
})

test('a file that was changed since is given back only when it is meant', async () => {
  host.write(config, 'resolvConf: /mine\n')
  const refused = await restore(host)
  assert.equal([told(refused, 'problem'), told(refused, 'left')], ['changed-since', 'unchanged'])
  assert.is(host.read(config), 'resolvConf: /mine\n')
  assert.is(host.read(backup), before)
  assert.is(host.restarts(), 0)
  assert.is(told(await restore(host, before, null), 'left'), 'restored')
  isOriginal()
})

test('a file that was not there before is gone again', async () => {
  host.drop(backup)
  assert.is(told(await restore(host, null), 'left'), 'restored')
  assert.equal(host.list('/var/lib/kubelet'), [])
  assert.is(host.restarts(), 1)
})

test('a kubelet that does not come up with its old file is told of', async () => {
  host.write('/etc/default/kubelet', 'broken')
  const transcript = await restore(host)
  assert.equal([told(transcript, 'problem'), told(transcript, 'left')], ['kubelet', 'unknown'])
  assert.match(told(transcript, 'journal') ?? '', /command failed/)
  assert.is(host.read(config), before)
})

const planned = 'clusterDNS:\n- 10.96.0.10\nresolvConf: /run/a\n'
const reordered = 'resolvConf: /run/a\nclusterDNS:\n- 10.96.0.10\n'

test('what kubeadm has put in another order is its own, for a run with kubeadm only', async () => {
  host.write(config, reordered)
  assert.is(told(await restore(host, before, planned), 'problem'), 'changed-since')
  assert.is(told(await restore(host, before, planned, planned), 'left'), 'restored')
  isOriginal()
})

test('what kubeadm has left when it was killed is known by what lies beside it, and by its time', async () => {
  host.write(config, 'clusterD')
  assert.is(told(await restore(host, before, planned, planned), 'problem'), 'changed-since')
  host.write(`${backup}.new`, planned)
  utimesSync(host.at(`${backup}.new`), old, old)
  assert.is(told(await restore(host, before, planned, planned), 'problem'), 'changed-since', 'written much later')
  utimesSync(host.at(config), old, new Date(old.getTime() + 5000))
  assert.is(told(await restore(host, before, planned, planned), 'left'), 'restored')
  isOriginal()
})

test('it needs no journal of the kubelet', async () => {
  host.write('/bin/journalctl', '#!/bin/sh\nexit 1\n', 0o755)
  assert.is(told(await restore(host), 'left'), 'restored')
  isOriginal()
})

test('killed before any of its commands, it does the rest when it is run again', async () => {
  for (let killAt = 1, isOver = false; !isOver; killAt++) {
    host.write(config, present)
    host.write(backup, before, 0o600)
    utimesSync(host.at(backup), old, old)
    isOver = hasEnded(await restore(host, before, present, '', { killAt }))
    assert.is(told(await restore(host), 'left'), 'restored', `killed before command ${killAt}`)
    isOriginal()
    const { mode, mtimeMs } = statSync(host.at(config))
    assert.equal([mode & 0o777, mtimeMs], [0o600, old.getTime()])
    assert.ok(killAt < 30)
  }
})

test.run()
