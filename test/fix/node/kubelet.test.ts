import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { awaitKubelet, lastHeartbeat } from '../../../src/fix/node/kubelet.ts'
import { refusal } from '../../probes/api.ts'
import { type Behaviour, nodeApi, w1 } from './api.ts'
import { type Host, hostWith } from './host.ts'

let host: Host
const test = suite('a kubelet that was restarted')
test.before.each(() => {
  host = hostWith({})
})
test.after.each(() => host.remove())

const wait = (behaviour: Behaviour, resolvConf: string | null = '/run/a', limitMs = 0) =>
  awaitKubelet(nodeApi(host, behaviour).work, { node: 'w1', heartbeat: '1', resolvConf, limitMs })

const heartbeat = () => '2'
const resolvConf = () => '/run/a'

test('is back when it has reported, is Ready and hands out what it should', async () => {
  assert.is(await wait({ heartbeat, resolvConf }), null)
  assert.is(await lastHeartbeat(nodeApi(host, { heartbeat }).work, 'w1'), '2')
})

test('is not back before that', async () => {
  assert.match(String(await wait({ heartbeat: () => '1', resolvConf })), /not reported since/)
  assert.match(
    String(await wait({ heartbeat, resolvConf: () => '/etc/resolv.conf' })),
    /out \/etc\/resolv.conf, not \/run\/a$/,
  )
  const ready = { type: 'Ready', status: 'False', reason: 'KubeletNotReady', lastHeartbeatTime: '2' }
  assert.match(
    String(await wait({ node: { ...w1, status: { conditions: [ready as never] } } })),
    /not Ready: KubeletNotReady/,
  )
})

test('is waited for', async () => {
  let looks = 0
  assert.is(await wait({ heartbeat: () => (looks++ < 2 ? '1' : '2'), resolvConf }, '/run/a', 60_000), null)
})

test('counts as back without the right to ask it, and not when the question fails otherwise', async () => {
  const answering = (status: number) => (asked: { method: string; path: string }) => {
    if (asked.path.endsWith('configz')) throw refusal(asked as never, `status ${status}`, status)
  }
  assert.is(await wait({ heartbeat, before: answering(403) }), null)
  assert.is(await wait({ heartbeat, before: answering(500) }), 'status 500')
  assert.is(await wait({ heartbeat, before: answering(500) }, null), null)
})

test.run()
