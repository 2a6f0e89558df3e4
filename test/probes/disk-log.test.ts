import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RequestError } from '../../src/kube/failures.ts'
import { logOnDisk } from '../../src/probes/disk-log.ts'
import { readLog } from '../../src/probes/logs.ts'
import { failure } from '../kube/support.ts'
import { unused } from './api.ts'
import { sessionOver } from './recorded.ts'

const test = suite('a log on the disk of its node')

const pod = { namespace: 'apps', name: 'p', uid: 'u1', node: 'w1' }
const path = '/api/v1/nodes/w1/proxy/logs/pods/apps_p_u1/relay/0.log'
const failing = (kind: RequestError['kind'], status: number) => () => {
  throw new RequestError(kind, 'no', { path, status })
}
const read = (text: (path: string) => string) =>
  logOnDisk({ ...unused, text: async asked => text(asked) }, pod, 'relay')

const lines = {
  'whole lines of both streams': [
    '2026-11-23T01:00:00.123456789Z stdout F .:53\n2026-11-23T01:00:00.2Z stderr F CoreDNS-1.14.7\n',
    '.:53\nCoreDNS-1.14.7\n',
  ],
  'a long line that was written in parts': ['t stdout P ab\nt stdout P c\nt stdout F d\n', 'abcd\n'],
  'tags behind the first': ['t stdout F:x a\n', 'a\n'],
  'an empty line': ['t stdout F \n', '\n'],
  'a last line that is not whole yet': ['t stdout F a\nt stdout F b', 'a\n'],
  nothing: ['', ''],
} as const

for (const [what, [written, log]] of Object.entries(lines))
  test(`tells ${what}`, async () => {
    const asked: string[] = []
    const text = (at: string) => {
      asked.push(at)
      return written
    }
    assert.is(await read(text), log)
    assert.equal(asked, [path])
  })

test('is none where it is not there yet, not served, or written in another way', async () => {
  assert.is(await read(failing('not-found', 404)), null)
  assert.is(await read(failing('server', 502)), null)
  assert.is(await read(() => '{"log":"a\\n","stream":"stdout","time":"t"}\n'), null)
})

test('that one may not read it is no news of the Pod', async () => {
  const error = await failure(() => read(failing('forbidden', 403)))
  assert.is((error as RequestError).kind, 'forbidden')
})

test('stands in for the log while the kubelet does not know of the container', async () => {
  const text = async (asked: string) => {
    if (asked.includes('/proxy/')) return 't stdout F done\n'
    throw new RequestError('server', 'container "relay" is waiting to start', { path: asked, status: 400 })
  }
  assert.is(await readLog(sessionOver({ text }), 'relay', log => log === 'done\n'), 'done\n')
})

test('stands in for no other failure', async () => {
  const text = async (asked: string) => {
    if (asked.includes('/proxy/')) return 't stdout F done\n'
    throw new RequestError('forbidden', 'no', { path: asked, status: 403 })
  }
  const error = await failure(() => readLog(sessionOver({ text }), 'relay', () => true))
  assert.is((error as RequestError).kind, 'forbidden')
})

test.run()
