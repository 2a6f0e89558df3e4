import { lstatSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasEnded, told } from '../../../src/fix/node/transcript.ts'
import { config, type Host, hostWith } from './host.ts'
import { after, backup, before, old, real, restore, write } from './scripts.ts'

const nothing = ['config.yaml']

let host: Host
const test = suite('the script that changes a node')
test.before.each(() => {
  host = hostWith({ [config]: before, [real]: 'nameserver 10.0.0.2\n' })
})
test.after.each(() => host.remove())

const long = `# ${'x'.repeat(3000)}\n`
const asBefore = () => {
  assert.is(host.read(config), before)
  assert.equal(host.list('/var/lib/kubelet'), nothing)
}

test('the file is written, its back-up is the original, and the kubelet has been restarted', async () => {
  host.write(config, before, 0o640)
  utimesSync(host.at(config), old, old)
  const transcript = await write(host, { target: real })
  assert.is(told(transcript, 'left'), 'written')
  assert.is(told(transcript, 'text'), after)
  assert.is(host.read(config), after)
  assert.is(host.read(backup), before)
  assert.equal(
    [config, backup].map(path => statSync(host.at(path)).mode & 0o777),
    [0o640, 0o640],
  )
  assert.is(statSync(host.at(backup)).mtimeMs, old.getTime())
  assert.equal(host.list('/var/lib/kubelet'), ['config.yaml', 'config.yaml.kubectl-dnsfix-7f3a'])
  assert.is(host.restarts(), 1)
})

test('a file that somebody has changed since is left alone', async () => {
  host.write(config, `${before}# mine\n`)
  const transcript = await write(host)
  assert.equal([told(transcript, 'problem'), told(transcript, 'left')], ['changed', 'unchanged'])
  assert.is(host.read(config), `${before}# mine\n`)
  assert.equal(host.list('/var/lib/kubelet'), nothing)
  assert.is(host.restarts(), 0)
})

for (const fault of ['broken', 'flapping'])
  test(`a kubelet that is ${fault} gets its file back`, async () => {
    utimesSync(host.at(config), old, old)
    const transcript = await write(host, { after: `${after}# ${fault}\n` })
    assert.equal([told(transcript, 'problem'), told(transcript, 'left')], ['kubelet', 'put-back'])
    assert.is(told(transcript, 'journal'), 'E1122 run.go:72] command failed')
    asBefore()
    assert.is(statSync(host.at(config)).mtimeMs, old.getTime())
    assert.is(host.restarts(), 2)
  })

test('a kubelet that was broken before is told of as such', async () => {
  host.write('/etc/default/kubelet', 'broken')
  const transcript = await write(host)
  assert.equal([told(transcript, 'problem'), told(transcript, 'left')], ['kubelet', 'unknown'])
  asBefore()
})

test('a file that was not there is made, and goes again where the kubelet fails', async () => {
  const flags = '/etc/default/kubelet'
  const folderless = await write(host, { file: flags, before: null, after: 'KUBELET_EXTRA_ARGS=\n' })
  assert.equal([told(folderless, 'problem'), told(folderless, 'reason')], ['read-only', '/etc/default'])
  host.write('/etc/default/other', '')
  const failed = await write(host, { file: flags, before: null, after: 'broken' })
  assert.is(told(failed, 'left'), 'put-back')
  assert.equal(host.list('/etc/default'), ['other'])
  const made = await write(host, { file: flags, before: null, after: 'KUBELET_EXTRA_ARGS=\n' })
  assert.is(told(made, 'left'), 'written')
  assert.equal(host.list('/etc/default'), ['kubelet', 'other'])
})

test('a full disk changes nothing', async () => {
  for (const [from, to] of [
    [before, long],
    [long, before],
  ] as const) {
    host.write(config, from)
    const transcript = await write(host, { before: from, after: to }, { blocks: 2 })
    assert.is(told(transcript, 'left'), 'unchanged')
    assert.match(told(transcript, '') ?? '', /File too large/)
    assert.is(host.read(config), from)
    assert.equal(host.list('/var/lib/kubelet'), nothing)
    assert.is(host.restarts(), 0)
  }
})

test('a back-up of the same run is kept, and another file of that name refused', async () => {
  host.write(backup, 'something else\n')
  const refused = await write(host)
  assert.equal([told(refused, 'problem'), told(refused, 'left')], ['backup', 'unchanged'])
  assert.is(host.read(backup), 'something else\n')
  host.write(backup, before)
  utimesSync(host.at(backup), old, old)
  assert.is(told(await write(host), 'left'), 'written')
  assert.is(statSync(host.at(backup)).mtimeMs, old.getTime())
})

test('the resolv.conf that is to be handed out must be there and name a server', async () => {
  host.write('/run/empty', '# nameserver 10.0.0.2\n')
  for (const target of ['/run/missing', '/run/empty']) {
    assert.is(told(await write(host, { target }), 'problem'), 'target', target)
    asBefore()
  }
})

test('a link stays one, and what is renamed lies beside the file that it leads to', async () => {
  host.drop(config)
  host.write('/data/kubelet.yaml', before)
  symlinkSync(host.at('/data/kubelet.yaml'), host.at(config))
  assert.is(told(await write(host), 'left'), 'written')
  assert.ok(lstatSync(host.at(config)).isSymbolicLink())
  assert.is(host.read('/data/kubelet.yaml'), after)
  assert.equal(host.list('/data'), ['kubelet.yaml', 'kubelet.yaml.kubectl-dnsfix-7f3a'])
  assert.is(told(await restore(host), 'left'), 'restored')
  assert.ok(lstatSync(host.at(config)).isSymbolicLink())
  assert.is(host.read('/data/kubelet.yaml'), before)
  assert.equal(host.list('/data'), ['kubelet.yaml'])
})

test('a link that leads nowhere is left alone', async () => {
  host.drop(config)
  symlinkSync('/nowhere/at/all', host.at(config))
  const transcript = await write(host, { before: null })
  assert.equal([told(transcript, 'problem'), told(transcript, 'left')], ['link', 'unchanged'])
  assert.ok(hasEnded(transcript))
})

test('any bytes come and go as they are: no line end, line ends of other systems, what is special to a shell', async () => {
  for (const odd of ['a=1', 'a=1\r\n\r\n', "a='$(x)' `y` \\n %s\n\n", '', '\ufeffa: 1\n', 'a\0b\n']) {
    host.write(config, odd)
    const to = `${odd}# more`
    assert.is(told(await write(host, { before: odd, after: to }), 'text'), to)
    assert.is(host.read(config), to)
    assert.is(told(await restore(host, { before: odd, after: to }), 'left'), 'restored')
    assert.is(host.read(config), odd)
    assert.equal(host.list('/var/lib/kubelet'), nothing)
  }
})

test('kubeadm writes the file by itself, in its own order', async () => {
  const sorted = `${after.split('\n').filter(Boolean).sort().join('\n')}\n`
  host.write('/kubeadm-writes', sorted)
  const transcript = await write(host, { method: 'kubeadm' })
  assert.is(told(transcript, 'left'), 'written')
  assert.is(told(transcript, 'text'), sorted)
  assert.is(host.read(backup), before)
  assert.equal(host.list('/var/lib/kubelet'), ['config.yaml', 'config.yaml.kubectl-dnsfix-7f3a'])
})

test('what kubeadm should not have written is put back before the kubelet sees it', async () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [before, 'kubeadm-other', /^resolvConf: \/etc\/resolv.conf$/],
    [`${after}maxPods: 250\n`, 'kubeadm-more', /^[>+] ?maxPods: 250$/],
  ]
  for (const [writes, problem, reason] of cases) {
    host.write('/kubeadm-writes', writes)
    const transcript = await write(host, { method: 'kubeadm' })
    assert.equal([told(transcript, 'problem'), told(transcript, 'left')], [problem, 'put-back'])
    assert.match(told(transcript, 'reason') ?? '', reason)
    asBefore()
  }
  host.drop('/kubeadm-writes')
  const failed = await write(host, { method: 'kubeadm' })
  assert.match(told(failed, 'reason') ?? '', /error execution phase/)
  asBefore()
  assert.is(host.restarts(), 0)
})

test('a node without systemctl, or without kubeadm, is left alone', async () => {
  const path = host.pathOf(['base64', 'tr', 'readlink', 'rm'])
  assert.is(told(await write(host, {}, { path }), 'problem'), 'no-systemctl')
  const transcript = await write(host, { method: 'kubeadm' }, { path: host.pathOf(['systemctl']) })
  assert.is(told(transcript, 'problem'), 'no-kubeadm')
  asBefore()
})

test.run()
