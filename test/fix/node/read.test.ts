import { writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readNode, readNodes } from '../../../src/fix/node/read.ts'
import { RequestError } from '../../../src/kube/failures.ts'
import { failure } from '../../kube/support.ts'
import { refusal } from '../../probes/api.ts'
import { nodeApi, w1 } from './api.ts'
import { config, type Host, hostWith } from './host.ts'

const real = '/run/systemd/resolve/resolv.conf'
const flags = '/etc/default/kubelet'
const yaml = 'resolvConf: /etc/resolv.conf\n'
const resolv = { [real]: 'nameserver 10.0.0.2\n', '/etc/resolv.conf': 'nameserver 127.0.0.53\n' }

let host: Host
const test = suite('a look at nodes')
test.before.each(() => {
  host = hostWith({ [config]: yaml, [flags]: 'KUBELET_EXTRA_ARGS=\n', ...resolv })
})
test.after.each(() => host.remove())

test('tells what the kubelet hands out and where that is from', async () => {
  const api = nodeApi(host)
  assert.equal(await readNode(api.work, w1), {
    node: 'w1',
    ready: true,
    osImage: 'Debian',
    resolvConf: '/etc/resolv.conf',
    files: {
      [config]: yaml,
      '/var/lib/kubelet/kubeadm-flags.env': null,
      [flags]: 'KUBELET_EXTRA_ARGS=\n',
      '/etc/sysconfig/kubelet': null,
      [real]: resolv[real],
      '/run/NetworkManager/no-stub-resolv.conf': null,
      '/run/NetworkManager/resolv.conf': null,
      '/etc/resolv.conf': resolv['/etc/resolv.conf'],
    },
    resolvers: ['10.0.0.2'],
    kubeletFlags: 'KUBELET_EXTRA_ARGS=\n',
    configYaml: yaml,
    problem: null,
    kubeadm: true,
  })
  assert.equal([api.pods.size, host.restarts()], [0, 0])
})

test('is heard by what the node has on its disk, before the kubelet knows that the Pod runs', async () => {
  const api = nodeApi(host, { status: () => ({ phase: 'Pending' }), isOnDisk: true })
  const { resolvers, problem } = await readNode(api.work, w1)
  assert.equal([resolvers, problem], [['10.0.0.2'], null])
})

test('the file that the running kubelet names is read too', async () => {
  host.write('/etc/kubelet-resolv.conf', 'nameserver 10.0.0.7\n')
  const { resolvConf, files } = await readNode(nodeApi(host, { resolvConf: () => '/etc/kubelet-resolv.conf' }).work, w1)
  assert.is(resolvConf, '/etc/kubelet-resolv.conf')
  assert.is(files['/etc/kubelet-resolv.conf'], 'nameserver 10.0.0.7\n')
})

test('a path that a shell would take for something else is not read, nor is what is no file', async () => {
  for (const path of ['/etc/kubernetes/admin.conf /etc/shadow', '/etc/*', '/etc/$(id)', 'etc/resolv.conf']) {
    const { files } = await readNode(nodeApi(host, { resolvConf: () => path }).work, w1)
    assert.is(Object.keys(files).length, 8, path)
  }
  const folder = await readNode(nodeApi(host, { resolvConf: () => '/etc/default' }).work, w1)
  assert.is(folder.files['/etc/default'], undefined)
})

test('a file that is no text is not planned with', async () => {
  writeFileSync(host.at(flags), Buffer.from([0x41, 0xff, 0x0a]))
  assert.match(
    String((await readNode(nodeApi(host).work, w1)).problem),
    /^\/etc\/default\/kubelet there is no file of plain text/,
  )
  host.write(flags, 'x'.repeat(300_000))
  assert.match(String((await readNode(nodeApi(host).work, w1)).problem), /^\/etc\/default\/kubelet there is no file/)
})

test('a kubelet that may not be asked is read off its files', async () => {
  host.write(flags, 'KUBELET_EXTRA_ARGS=--resolv-conf=/run/b\n')
  const before = (asked: { method: string; path: string }) => {
    if (asked.path.endsWith('configz')) throw refusal(asked as never, 'no')
  }
  assert.is((await readNode(nodeApi(host, { before }).work, w1)).resolvConf, '/run/b')
})

test('a node that cannot be changed says why', async () => {
  host.drop('/var/lib/kubelet')
  assert.match(String((await readNode(nodeApi(host).work, w1)).problem), /^\/var\/lib\/kubelet cannot be written there/)
})

test('nodes that are down or refuse the Pod are problems, in the order of the nodes', async () => {
  const down = { metadata: { name: 'w2' }, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }
  const seen = await readNodes(nodeApi(host).work, [down, w1])
  assert.equal(
    seen.map(({ node, ready, problem }) => [node, ready, problem]),
    [
      ['w2', false, 'the node is not Ready: its status is Unknown'],
      ['w1', true, null],
    ],
  )
  const before = (asked: { method: string; path: string }) => {
    if (asked.method === 'POST') throw refusal(asked as never, 'violates PodSecurity "restricted:latest"')
  }
  assert.match(
    String((await readNode(nodeApi(host, { before }).work, w1)).problem),
    /^Pod Security of namespace kube-system/,
  )
})

test('a Pod of which nobody knows whether it was made is looked for', async () => {
  const made: string[] = []
  const api = nodeApi(host)
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const { metadata } = await api.work.client.post<{ metadata: { name: string } }>(path, body)
    made.push(metadata.name)
    throw new RequestError('timeout', 'no answer within 10 s', { path })
  }
  const { problem } = await readNode({ ...api.work, client: { ...api.work.client, post } }, w1)
  assert.equal([problem, made.length, api.pods.size], ['no answer within 10 s', 1, 0])
})

test('an abort ends it, and its Pod is gone', async () => {
  const stop = new AbortController()
  const api = nodeApi(host, {
    log: () => {
      stop.abort()
      return ''
    },
  })
  const error = await failure(() => readNode({ ...api.work, signal: stop.signal }, w1))
  assert.is(error.name, 'AbortError')
  assert.is(api.pods.size, 0)
})

test.run()
