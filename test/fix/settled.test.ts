import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseCorefile } from '../../src/corefile/parse.ts'
import { BrokenBefore, RejectedConfiguration } from '../../src/fix/loaded.ts'
import { type CoreDnsWords, coreDnsSays } from '../../src/fix/loaded-coredns.ts'
import { runningHashes } from '../../src/fix/loaded-hash.ts'
import { kubeDnsSays } from '../../src/fix/loaded-kube-dns.ts'
import { settled } from '../../src/fix/settled.ts'
import { dnsServerOf } from '../../src/fix/settled-target.ts'
import { RequestError } from '../../src/kube/failures.ts'
import { selects } from '../../src/snapshot/dns.ts'
import type { Evidence } from '../../src/snapshot/snapshot.ts'
import { expected } from '../kube/support.ts'
import { recordedText } from '../kube-dns/recording.ts'
import { configMap } from './changes.ts'
import { cluster, mapPath } from './settled-cluster.ts'
import { dns } from './settled-server.ts'

const test = suite('settled')

const corefile = (upstream: string, more = 'reload') =>
  `.:53 {\n    errors\n    forward . ${upstream}\n    ${more}\n}\n`

interface Recorded {
  readonly evidence: {
    readonly logs: readonly { readonly text: string }[]
    readonly configMaps: readonly { readonly data?: { readonly Corefile: string } }[]
  }
}
const recorded = JSON.parse(readFileSync('test/evidence/coredns-healthy.json', 'utf8')) as Recorded
const log = recorded.evidence.logs[0]?.text.split('\n') ?? []
const healthy = recorded.evidence as unknown as Evidence
const hashes = runningHashes(parseCorefile(recorded.evidence.configMaps[0]?.data?.Corefile ?? ''))
const words: CoreDnsWords = { log, recent: [], metrics: '', isNew: false }

test('a recorded CoreDNS calls its Corefile by the hash that is computed of it', () => {
  const says = coreDnsSays(words, hashes)
  assert.is(says.state, 'loaded')
  assert.match('line' in says ? says.line : '', /Running configuration SHA512 = 1b226df7/)
})

test('another Corefile has another hash, and a comment before a word, too', () => {
  const text = recorded.evidence.configMaps[0]?.data?.Corefile ?? ''
  for (const other of [text.replace('max_concurrent 1000', 'max_concurrent 1001'), `# one more line\n${text}`]) {
    assert.equal(coreDnsSays(words, runningHashes(parseCorefile(other))), { state: 'waiting' })
  }
  assert.is(coreDnsSays(words, runningHashes(parseCorefile(`${text}# after the last word`))).state, 'loaded')
})

test('no hash where words come from elsewhere', () => {
  for (const text of ['. {\n import x/*\n}', '(s) {\n errors\n}\n. {\n import s\n}', '. {\n forward . {$UP}\n}']) {
    assert.is(runningHashes(parseCorefile(text)), undefined)
  }
})

const complete = '[INFO] Reloading complete'
const refused =
  "[ERROR] plugin/reload: Corefile changed but reload failed: /etc/coredns/Corefile:4 - Error during parsing: Unknown directive 'forwad'"
const parseFailed =
  '[WARNING] plugin/reload: Corefile parse failed: /etc/coredns/Corefile:9 - Error during parsing: Unexpected EOF'
const metric = (hash: string, failed: number) =>
  `coredns_reload_failed_total ${failed}\ncoredns_reload_version_info{hash="sha512",value="${hash}"} 1\n`

const said: readonly [name: string, given: Partial<CoreDnsWords>, state: string][] = [
  ['a reload since the change', { recent: ['[INFO] Reloading', complete] }, 'loaded'],
  ['a refusal since the change', { recent: [refused] }, 'rejected'],
  ['a Corefile that does not parse', { recent: [parseFailed] }, 'rejected'],
  ['a refusal that a later reload made good', { recent: [refused, complete] }, 'loaded'],
  ['a refusal from before the change', { log: [...log, refused] }, 'waiting'],
  ['a Pod that was made since', { isNew: true }, 'loaded'],
  ['a Pod that was made since and refuses', { isNew: true, recent: [refused] }, 'rejected'],
  ['a start without reload', { log: ['.:53', 'CoreDNS-1.14.7'] }, 'deaf'],
  ['a log that begins later', { log: ['[INFO] 10.0.0.9:4512 - 33 "A IN x. udp 33"'] }, 'waiting'],
  ['the hash as a metric', { metrics: metric('abc', 0) }, 'loaded'],
  ['the hash as a metric, after a refusal', { metrics: metric('abc', 1) }, 'waiting'],
]
for (const [name, given, state] of said) {
  test(`CoreDNS: ${name}`, () => assert.is(coreDnsSays({ ...words, ...given }, ['abc']).state, state))
}

const dnsmasq = (name: string) => recordedText(name, 'dnsmasq.log').split('\n')
const upstreams = (...servers: readonly string[]) => ({ upstreamNameservers: JSON.stringify(servers) })
const nanny = (servers: string) => [
  `I1122 13:20:35.657645       1 nanny.go:126] Starting dnsmasq [-k --server=/cluster.local/127.0.0.1#10053${servers}]`,
  'I1122 13:20:35.662972       1 nanny.go:148] dnsmasq[12]: started, version 2.90 cachesize 1000',
]
const kubeDns: readonly [name: string, lines: readonly string[], data: Record<string, string>, state: string][] = [
  ['recorded with these servers', dnsmasq('configmap-good'), upstreams('8.8.8.8', '8.8.4.4'), 'loaded'],
  ['recorded with others', dnsmasq('configmap-good'), upstreams('8.8.8.8', '10.0.0.2'), 'waiting'],
  ['recorded without a ConfigMap', dnsmasq('loopdetect'), {}, 'loaded'],
  ['recorded before the ConfigMap', dnsmasq('loopdetect'), upstreams('8.8.8.8'), 'waiting'],
  ['a port', nanny(' --server 10.0.0.2#5353 --no-resolv'), upstreams('10.0.0.2:5353'), 'loaded'],
  ['IPv6 with a port', nanny(' --server [fd00::2]#53'), upstreams('[fd00::2]:53'), 'loaded'],
  ['IPv6', nanny(' --server fd00::2'), upstreams('fd00::2'), 'loaded'],
  ['a stub domain', nanny(' --server /corp/10.1.1.1'), { stubDomains: '{"corp":["10.1.1.1"]}' }, 'loaded'],
  ['a stub domain by name', nanny(' --server /corp/10.1.1.9'), { stubDomains: '{"corp":["ns.corp"]}' }, 'loaded'],
  ['another stub domain', nanny(' --server /lab/10.1.1.1'), { stubDomains: '{"corp":["10.1.1.1"]}' }, 'waiting'],
  ['a start that is not done', nanny(' --server 10.0.0.2').slice(0, 1), upstreams('10.0.0.2'), 'waiting'],
]
for (const [name, lines, data, state] of kubeDns) {
  test(`kube-dns: ${name}`, () => assert.is(kubeDnsSays({ dnsmasq: lines, recent: [] }, data).state, state))
}

for (const name of ['configmap-invalid', 'configmap-notjson']) {
  test(`kube-dns: recorded ${name} is a refusal`, () => {
    const says = kubeDnsSays({ dnsmasq: dnsmasq(name), recent: dnsmasq(name) }, upstreams('8.8.8.8', '8.8.4.4'))
    assert.is(says.state, 'rejected')
    assert.match('line' in says ? says.line : '', /ignoring update/)
  })
}

test('every Pod has loaded the Corefile before it counts, and is not restarted for it', async () => {
  const there = cluster({ pods: 2, corefile: corefile('/etc/resolv.conf') })
  const names = there.pods().map(p => p.metadata.name)
  there.put(mapPath, configMap(corefile('10.0.0.2')))
  const { pods } = await settled(there.client, 'corefile-loaded', dns, there.waiting)
  assert.equal(there.texts(), [corefile('10.0.0.2'), corefile('10.0.0.2')])
  assert.equal(
    pods.map(p => p.pod),
    names,
  )
  assert.match(pods[0]?.line ?? '', /Running configuration SHA512/)
  assert.ok(there.said.includes('0 of 2 DNS Pods have loaded the change'))
})

test('the kubelets are hurried by an annotation, and it does not matter when that is refused', async () => {
  const touched = (there: ReturnType<typeof cluster>) =>
    there.asked.filter(one => one.method === 'PUT' && one.path.includes('/pods/')).length
  const before = ({ method, path }: { method: string; path: string }) => {
    if (method === 'PUT') throw new RequestError('forbidden', 'pods is forbidden', { path, status: 403 })
  }
  for (const there of [
    cluster({ pods: 2, corefile: corefile('x') }),
    cluster({ pods: 2, corefile: corefile('x'), before }),
  ]) {
    there.put(mapPath, configMap(corefile('10.0.0.2')))
    assert.is((await settled(there.client, 'corefile-loaded', dns, there.waiting)).pods.length, 2)
    assert.is(touched(there), 2)
  }
})

test('the server of a cluster: its Pods by the labels of their workload, behind its Service', () => {
  const found = dnsServerOf(healthy)
  assert.equal([found.namespace, found.name], ['kube-system', 'kubernetes.default.svc.cluster.local'])
  assert.is(found.service?.metadata.name, 'kube-dns')
  assert.ok(healthy.pods.every(pod => selects(found.selector, pod.metadata.labels)))
})

test('what is running already needs no wait', async () => {
  const there = cluster({ pods: 2, corefile: corefile('10.0.0.2') })
  const start = there.now()
  await settled(there.client, 'corefile-loaded', dns, there.waiting)
  assert.is(there.now(), start)
})

for (const crashed of [true, 'started-again'] as const)
  test(`Pods that crashed over the old Corefile are made anew at once (${crashed})`, async () => {
    const there = cluster({ pods: 2, corefile: corefile('127.0.0.53'), crashed })
    there.put(mapPath, configMap(corefile('10.0.0.2')))
    const { pods } = await settled(there.client, 'corefile-loaded', dns, there.waiting)
    assert.equal(pods.map(p => p.pod).sort(), ['coredns-2', 'coredns-3'])
    assert.is(there.said[0], 'Replacing DNS Pods that crashed: coredns-0, coredns-1')
  })

test('a Pod that is not Ready and never ended is not taken for one that crashed', async () => {
  const there = cluster({ pods: 2, corefile: corefile('10.0.0.1'), reloadMs: 5000 })
  const [first] = there.pods()
  const status = { ...first?.status, conditions: [{ type: 'Ready', status: 'False' }] }
  there.put('/api/v1/namespaces/kube-system/pods/coredns-0', { ...first, status } as never)
  there.put(mapPath, configMap(corefile('10.0.0.2')))
  const { pods } = await settled(there.client, 'corefile-loaded', dns, there.waiting)
  assert.equal(pods.map(p => p.pod).sort(), ['coredns-0', 'coredns-1'])
})

test('a refusal ends the wait, in the words of CoreDNS', async () => {
  const refuses = (text: string) => (/forwad/.test(text) ? "Unknown directive 'forwad'" : undefined)
  const there = cluster({ pods: 2, corefile: corefile('10.0.0.1'), refuses })
  there.put(mapPath, configMap(corefile('10.0.0.2').replace('forward', 'forwad')))
  const error = await expected(() => settled(there.client, 'corefile-loaded', dns, there.waiting))
  assert.instance(error, RejectedConfiguration)
  assert.match(error.message, /DNS Pod coredns-0 refuses the new configuration: .*Unknown directive 'forwad'/)
  assert.equal(there.pods().length, 2)
})

test('without reload the Pods are restarted, never all at once', async () => {
  const there = cluster({ pods: 2, corefile: corefile('10.0.0.1', 'loop') })
  there.put(mapPath, configMap(corefile('10.0.0.2', 'loop')))
  const { pods } = await settled(there.client, 'corefile-loaded', dns, there.waiting)
  assert.equal(there.texts(), [corefile('10.0.0.2', 'loop'), corefile('10.0.0.2', 'loop')])
  assert.is(pods.length, 2)
  assert.is(there.fewest(), 1)
})

test('Pods that do not find the change in their time are restarted', async () => {
  const there = cluster({ pods: 2, corefile: corefile('10.0.0.1'), reloadMs: Number.POSITIVE_INFINITY })
  there.put(mapPath, configMap(corefile('10.0.0.2')))
  await settled(there.client, 'corefile-loaded', dns, there.waiting)
  assert.equal(there.texts(), [corefile('10.0.0.2'), corefile('10.0.0.2')])
  assert.is(there.fewest(), 1)
})

const loop = '[FATAL] plugin/loop: Loop (127.0.0.1:55953 -> :53) detected for zone "."'
const dies = (text: string) => (/127\.0\.0\.53/.test(text) ? loop : undefined)

test('on the way back to a Corefile that loops, the first Pod that has loaded it and ended is enough', async () => {
  const there = cluster({ pods: 2, corefile: corefile('10.0.0.2'), dies })
  there.put(mapPath, configMap(corefile('127.0.0.53')))
  const error = await expected(() => settled(there.client, 'corefile-loaded', dns, there.waiting, 'before'))
  assert.instance(error, BrokenBefore)
  assert.is(error.message, `it was broken then, too (DNS Pod coredns-0: ${loop})`)
  assert.equal(
    there.pods().map(p => p.metadata.name),
    ['coredns-0', 'coredns-1'],
  )
  assert.ok(there.texts().includes(corefile('127.0.0.53')))
})

test('Pods that are slow to load what was before are waited for', async () => {
  const there = cluster({ pods: 2, corefile: corefile('10.0.0.2'), reloadMs: 100_000 })
  there.put(mapPath, configMap(corefile('10.0.0.1')))
  const { pods } = await settled(there.client, 'corefile-loaded', dns, there.waiting, 'before')
  assert.equal([pods.length, there.texts()], [2, [corefile('10.0.0.1'), corefile('10.0.0.1')]])
})

test('Pods that crashed over what is taken back say nothing of what was before', async () => {
  const there = cluster({ pods: 2, corefile: corefile('127.0.0.53'), crashed: true })
  there.put(mapPath, configMap(corefile('10.0.0.1')))
  const { pods } = await settled(there.client, 'corefile-loaded', dns, there.waiting, 'before')
  assert.equal(pods.map(p => p.pod).sort(), ['coredns-2', 'coredns-3'])
})

test('a refusal of what was before is told as that', async () => {
  const refuses = (text: string) => (/forwad/.test(text) ? "Unknown directive 'forwad'" : undefined)
  const there = cluster({ pods: 2, corefile: corefile('10.0.0.1'), refuses })
  there.put(mapPath, configMap(corefile('10.0.0.2').replace('forward', 'forwad')))
  const error = await expected(() => settled(there.client, 'corefile-loaded', dns, there.waiting, 'before'))
  assert.match(error.message, /^it was broken then, too \(DNS Pod coredns-0: .*Unknown directive 'forwad'/)
})

for (const [what, more, kind, toward] of [
  ['a reload', 'reload', 'corefile-loaded', 'new'],
  ['a restart', 'errors', 'corefile-loaded', 'new'],
  ['the Pods', 'reload', 'dns-pods-ready', 'new'],
  ['the Pods on the way back', 'reload', 'dns-pods-ready', 'before'],
] as const)
  test(`an API server that is away for one request, whichever it is, does not end the wait for ${what}`, async () => {
    for (let away = 1; ; away++) {
      let asked = 0
      const before = ({ path }: { path: string }) => {
        if (++asked === away) throw new RequestError('unreachable', 'connect ECONNREFUSED', { path })
      }
      const there = cluster({ pods: 2, corefile: corefile('10.0.0.1', more), before })
      there.put(mapPath, configMap(corefile('10.0.0.2', more)))
      assert.is((await settled(there.client, kind, dns, there.waiting, toward)).pods.length, 2, `request ${away}`)
      if (asked < away) return assert.ok(away > 3, 'requests were made')
    }
  })

test('where there were no Pods before, nobody waits for any', async () => {
  const there = cluster({ pods: 0, corefile: corefile('10.0.0.1') })
  const start = there.now()
  assert.equal(await settled(there.client, 'dns-pods-ready', dns, there.waiting, 'before'), { pods: [] })
  assert.is(there.now(), start)
})

test('as many Pods as are wanted are Ready, or it is said how many are', async () => {
  const there = cluster({ pods: 2, corefile: corefile('10.0.0.1') })
  assert.is((await settled(there.client, 'dns-pods-ready', dns, there.waiting)).pods.length, 2)
  const dead = cluster({ pods: 2, corefile: corefile('10.0.0.1'), crashed: true })
  const error = await expected(() => settled(dead.client, 'dns-pods-ready', dns, dead.waiting))
  assert.is(error.code, 'not-settled')
  assert.match(error.message, /0 of 2 DNS Pods are Ready/)
})

test.run()
