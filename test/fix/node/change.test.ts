import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type ChangeOptions, changeNode, restoreNode } from '../../../src/fix/node/change.ts'
import { backupOf } from '../../../src/fix/node/file.ts'
import { NodeFailure } from '../../../src/fix/node/work.ts'
import { writeFile } from '../../../src/fix/node/write.ts'
import type { NodeChange } from '../../../src/fix/plan.ts'
import { RequestError } from '../../../src/kube/failures.ts'
import { failure } from '../../kube/support.ts'
import { refusal } from '../../probes/api.ts'
import { nodeApi, w1 } from './api.ts'
import { config, type Host, hostWith } from './host.ts'

const before = 'resolvConf: /etc/resolv.conf\n'
const real = '/run/systemd/resolve/resolv.conf'
const after = `resolvConf: ${real}\n`
const change: NodeChange = {
  kind: 'node',
  node: 'w1',
  file: config,
  before,
  after,
  codes: ['DNS401'],
  why: 'w1 hands out a stub',
  reach: 'every Pod with dnsPolicy Default on w1',
  risk: 'restarts',
  survives: [],
}
const original = { node: 'w1', file: config, before, present: after, isReordered: false, run: '7f3a' }
const never = async (): Promise<never> => {
  throw new Error('it was written as planned')
}
const options: ChangeOptions = { method: 'kubelet', onOther: never }
const alone = async () => undefined

let host: Host
const test = suite('a change on a node')
test.before.each(() => {
  host = hostWith({ [config]: before, [real]: 'nameserver 10.0.0.2\n' })
})
test.after.each(() => host.remove())

async function nodeFailure(run: Promise<unknown>): Promise<NodeFailure> {
  const error = await failure(() => run)
  assert.instance(error, NodeFailure)
  return error as NodeFailure
}

test('is made, waited for, and taken back to the byte', async () => {
  const api = nodeApi(host)
  const written = await changeNode(api.work, change, options)
  assert.equal(written, { node: 'w1', file: config, text: after, backup: backupOf(config, '7f3a') })
  assert.is(host.read(config), after)
  await restoreNode(api.work, original)
  assert.is(host.read(config), before)
  assert.equal(host.list('/var/lib/kubelet'), ['config.yaml'])
  assert.equal([host.restarts(), api.pods.size], [2, 0])
})

test('what kubeadm wrote in another order is told before its node is waited for', async () => {
  host.write(config, `${before}z: 1\n`)
  host.write('/kubeadm-writes', `z: 1\n${after}`)
  const heard: string[] = []
  const resolvConf = () => {
    heard.push('asked')
    return real
  }
  const own = { ...change, before: `${before}z: 1\n`, after: `${after}z: 1\n` }
  const onOther = async (text: string) => void heard.push(text)
  const written = await changeNode(nodeApi(host, { resolvConf }).work, own, { method: 'kubeadm', onOther })
  assert.equal(heard, [`z: 1\n${after}`, 'asked'])
  assert.is(written.text, `z: 1\n${after}`)
})

test('the log may be out of reach while the kubelet restarts', async () => {
  let asked = 0
  const before = ({ path }: { path: string }) => {
    if (path.includes('/log') && asked++ < 3)
      throw new RequestError('server', 'dial tcp 10.0.0.9:10250: connection refused', { path, status: 500 })
  }
  const api = nodeApi(host, { before })
  assert.is((await writeFile(api.work, change, 'kubelet', alone)).text, after)
  assert.is(asked, 4)
})

test('what the script tells becomes words', async () => {
  host.write(config, 'mine\n')
  const changed = await nodeFailure(changeNode(nodeApi(host).work, change, options))
  assert.equal([changed.code, changed.left], ['node-file-changed', 'unchanged'])
  assert.match(changed.message, /^Node w1: .*config.yaml is no longer what it was .* Nothing was changed there\.$/)
  host.write(config, before)
  const broken = { ...change, after: `${after}# broken\n` }
  const down = await nodeFailure(changeNode(nodeApi(host).work, broken, options))
  assert.equal([down.code, down.left], ['node-kubelet-failed', 'put-back'])
  assert.match(down.message, /did not stay up .* put back .*\nE1122 run.go:72\] command failed$/s)
})

test('a Pod that Pod Security refuses has a way out in words', async () => {
  const before = (asked: { method: string; path: string }) => {
    if (asked.method === 'POST') throw refusal(asked as never, 'pods "x" is forbidden: violates PodSecurity "baseline"')
  }
  const error = await nodeFailure(changeNode(nodeApi(host, { before }).work, change, options))
  assert.equal([error.code, error.left], ['node-unreachable', 'unchanged'])
  assert.match(error.message, /Pod Security of namespace kube-system refuses the Pod/)
  assert.match(error.hint, /pod-security\.kubernetes\.io\/enforce=privileged/)
})

test('a node that does not come back as it should is put back', async () => {
  const api = nodeApi(host, { resolvConf: () => '/flag/wins' })
  const error = await nodeFailure(changeNode(api.work, change, { ...options, limitMs: 0 }))
  assert.equal([error.code, error.left], ['node-kubelet-failed', 'put-back'])
  assert.match(error.message, /hands out \/flag\/wins, not .*put back to what it was\.\nE1122/s)
  assert.is(host.read(config), before)
  assert.equal(host.list('/var/lib/kubelet'), ['config.yaml'])
})

test('a file that is changed while its node comes back is not put back over', async () => {
  const resolvConf = () => {
    host.write(config, 'mine\n')
    return '/flag/wins'
  }
  const error = await nodeFailure(changeNode(nodeApi(host, { resolvConf }).work, change, { ...options, limitMs: 0 }))
  assert.equal([error.code, error.left], ['node-file-changed', 'unknown'])
  assert.match(error.message, /It was to be put back because its kubelet hands out \/flag\/wins/)
  assert.is(host.read(config), 'mine\n')
})

test('no Pod is made for a node that is not Ready, or is no Linux', async () => {
  const notReady = { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting' }
  for (const [node, why] of [
    [{ ...w1, status: { conditions: [notReady] } }, /not Ready: NodeStatusUnknown: Kubelet stopped posting/],
    [{ ...w1, status: { nodeInfo: { operatingSystem: 'windows' } } }, /its system is windows/],
  ] as const) {
    const api = nodeApi(host, { node })
    const error = await nodeFailure(writeFile(api.work, change, 'kubelet', alone))
    assert.match(error.message, why)
    assert.is(error.left, 'unchanged')
    assert.not.ok(api.asked.some(a => a.method === 'POST'))
  }
})

test('a Pod whose command does not exist there has changed nothing; one that ended early may have', async () => {
  const ended = (reason: string, message: string) => () => ({
    phase: 'Failed',
    containerStatuses: [
      { name: 'node', ready: false, restartCount: 0, state: { terminated: { exitCode: 128, reason, message } } },
    ],
  })
  const noShell = nodeApi(host, { status: ended('StartError', 'exec: "/usr/bin/nsenter": no such file') })
  const unable = await nodeFailure(writeFile(noShell.work, change, 'kubelet', alone))
  assert.is(unable.left, 'unchanged')
  assert.match(unable.message, /nsenter": no such file/)
  assert.is(noShell.pods.size, 0)
  const killed = nodeApi(host, { status: ended('OOMKilled', ''), log: () => 'sh: out of memory\n' })
  const open = await nodeFailure(writeFile(killed.work, change, 'kubelet', alone))
  assert.is(open.left, 'unknown')
  assert.match(open.message, /whether .*config.yaml was changed is not known: .*OOMKilled.*: sh: out of memory/)
  assert.match(open.hint, /config\.yaml\.kubectl-dnsfix-7f3a/)
})

test('an abort is heard before a Pod is made, and not in the middle of the work', async () => {
  const stop = new AbortController()
  const api = nodeApi(host, {
    log: text => {
      stop.abort()
      return text
    },
  })
  assert.is((await writeFile({ ...api.work, signal: stop.signal }, change, 'kubelet', alone)).text, after)
  const refused = await failure(() => writeFile({ ...api.work, signal: stop.signal }, change, 'kubelet', alone))
  assert.is(refused.name, 'AbortError')
})

test('what is left on a node that cannot be given its file back is said with the command for it', async () => {
  const notReady = { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }
  const api = nodeApi(host, { node: { ...w1, status: { conditions: [notReady] } } })
  const error = await nodeFailure(restoreNode(api.work, original))
  assert.is(error.hint, `On the node: mv ${backupOf(config, '7f3a')} ${config} && systemctl restart kubelet`)
})

test.run()
