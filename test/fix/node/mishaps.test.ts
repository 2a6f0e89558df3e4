import { statSync, utimesSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasEnded, told } from '../../../src/fix/node/transcript.ts'
import { config, type Host, hostWith } from './host.ts'
import { after, before, listening, old, real, restore, write } from './scripts.ts'

let host: Host
const test = suite('what befalls the script that changes a node')
test.before.each(() => {
  host = hostWith({ [config]: before, [real]: 'nameserver 10.0.0.2\n' })
})
test.after.each(() => host.remove())

const asBefore = () => {
  assert.is(host.read(config), before)
  assert.equal(host.list('/var/lib/kubelet'), ['config.yaml'])
}

test('a file that cannot be replaced is unchanged, and told of as such', async () => {
  host.write(
    '/bin/mv',
    '#!/bin/sh\n[ "$1" != -f ] || { echo "mv: Operation not permitted" >&2; exit 1; }\nPATH=/bin:/usr/bin mv "$@"\n',
    0o755,
  )
  const transcript = await write(host)
  assert.equal([told(transcript, 'problem'), told(transcript, 'left')], ['write', 'unchanged'])
  asBefore()
  assert.is(host.restarts(), 0)
})

test('a file that somebody writes while the new one is prepared is left to them', async () => {
  host.write('/bin/sync', `#!/bin/sh\necho mine > "$ROOT${config}"\n`, 0o755)
  const transcript = await write(host)
  assert.equal([told(transcript, 'problem'), told(transcript, 'left')], ['changed', 'unchanged'])
  assert.is(host.read(config), 'mine\n')
  assert.equal(host.list('/var/lib/kubelet'), ['config.yaml'])
})

test('a restart that never comes to its end is given up, and the file put back', async () => {
  host.write('/bin/timeout', '#!/bin/sh\nshift\nif [ "$2" = restart ]; then exit 124; else "$@"; fi\n', 0o755)
  const transcript = await write(host)
  assert.equal([told(transcript, 'problem'), told(transcript, 'left')], ['kubelet', 'unknown'])
  asBefore()
})

test('a kubelet that ends after some seconds is seen to, unless it has begun to serve', async () => {
  host.write(
    '/bin/sleep',
    '#!/bin/sh\necho >> "$ROOT/seconds"\n[ "$(wc -l < "$ROOT/seconds")" -ne 6 ] || touch "$ROOT/ended"\n',
    0o755,
  )
  const first = await write(host)
  assert.equal([told(first, 'problem'), told(first, 'left')], ['kubelet', 'put-back'])
  asBefore()
  host.drop('/ended')
  host.drop('/seconds')
  host.write('/proc/net/tcp6', listening)
  assert.is(told(await write(host), 'left'), 'written')
  assert.is(host.read('/seconds').length, 3)
})

test('a script that is ended puts the file back first', async () => {
  host.write('/slow', '')
  const transcript = await write(host, {}, { endAt: '/began' })
  assert.equal([told(transcript, 'problem'), told(transcript, 'left')], ['ended', 'put-back'])
  asBefore()
  assert.is(host.restarts(), 2)
})

for (const method of ['kubelet', 'kubeadm'] as const)
  test(`killed before any of its commands (${method}), it is taken back to the byte`, async () => {
    host.write('/proc/net/tcp6', listening)
    const sorted = `${after.split('\n').filter(Boolean).sort().join('\n')}\n`
    for (let killAt = 1, isOver = false; !isOver; killAt++) {
      host.write(config, before, 0o640)
      utimesSync(host.at(config), old, old)
      host.write('/kubeadm-writes', sorted)
      isOver = hasEnded(await write(host, { method }, { killAt }))
      assert.is(told(await restore(host, { method }), 'left'), 'restored', `killed before command ${killAt}`)
      asBefore()
      const { mode, mtimeMs } = statSync(host.at(config))
      assert.equal([mode & 0o777, mtimeMs], [0o640, old.getTime()], `killed before command ${killAt}`)
      assert.ok(killAt < 30)
    }
  })

test('killed while kubeadm writes, it is taken back to the byte', async () => {
  host.write('/kubeadm-writes', after)
  host.write('/kubeadm-dies', '')
  assert.not.ok(hasEnded(await write(host, { method: 'kubeadm' })))
  assert.is(host.read(config).length, 40)
  assert.is(told(await restore(host, { method: 'kubeadm' }), 'left'), 'restored')
  asBefore()
})

test.run()
