import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lastLine, linesOf, patterns, upstreamExchange } from '../../src/snapshot/logs.ts'
import type { ContainerLog } from '../../src/snapshot/snapshot.ts'
import { pod } from '../clusters.ts'

const test = suite('logs')

const own = pod('coredns-a', 'w1', '10.244.0.2')
const log = (part: ContainerLog['part'], text: string, container = 'coredns', name = 'coredns-a'): ContainerLog => ({
  pod: name,
  container,
  part,
  text,
})

test('the lines of a Pod are in the order in which they were written', () => {
  const logs = [log('tail', 'c\nd\n'), log('previous', 'a\n'), log('head', 'b\n')]
  assert.equal(linesOf(logs, own), ['a', 'b', 'c', 'd'])
})

test('other Pods and other containers are left out', () => {
  const logs = [log('tail', 'a'), log('tail', 'b', 'sidecar'), log('tail', 'c', 'coredns', 'coredns-b')]
  assert.equal(linesOf(logs, own), ['a', 'b'])
  assert.equal(linesOf(logs, own, 'sidecar'), ['b'])
})

test('the logs that are given stay as they are', () => {
  const logs = [log('tail', 'b'), log('previous', 'a')]
  linesOf(logs, own)
  assert.equal(
    logs.map(l => l.part),
    ['tail', 'previous'],
  )
})

test('the last line that matches', () => {
  assert.is(lastLine(['a1', 'b', 'a2', 'c'], /^a/), 'a2')
  assert.is(lastLine(['b'], /^a/), undefined)
})

const texts: readonly [pattern: keyof typeof patterns, line: string][] = [
  [
    'loop',
    '[FATAL] plugin/loop: Loop (127.0.0.1:34614 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 4547991504243258144.3688648895315093531."',
  ],
  ['loop', '[FATAL] plugin/loop: Loop ([::1]:34614 -> :53) detected for zone "."'],
  [
    'loop',
    '[FATAL] plugin/loop: Seen "HINFO IN 6900627972087569316.7905576541070882081." more than twice, loop detected',
  ],
  ['corefile', "/etc/coredns/Corefile:8 - Error during parsing: Unknown directive 'proxy'"],
  ['corefile', "plugin/kubernetes: /etc/coredns/Corefile:25 - Error during parsing: unknown property 'upstream'"],
  ['corefile', 'cannot serve dns://.:53 - it is already defined'],
  ['corefile', 'plugin/forward: this plugin can only be used once per Server Block'],
  ['reloadFailed', '[WARNING] plugin/reload: Corefile parse failed: /etc/coredns/Corefile:3 - Error during parsing: x'],
  [
    'reloadFailed',
    '[ERROR] plugin/reload: Corefile changed but reload failed: starting with listener file descriptors',
  ],
  ['bind', 'Listen: listen tcp :53: bind: permission denied'],
  ['bind', 'listen udp 10.0.0.5:53: bind: address already in use'],
  ['noUpstream', 'plugin/forward: no valid upstream addresses found'],
  ['noUpstream', 'plugin/forward: no nameservers found'],
]
for (const [pattern, line] of texts) test(`${pattern}: ${line}`, () => assert.match(line, patterns[pattern]))

test('an upstream that failed, with its address and what went wrong', () => {
  const error = (what: string) =>
    upstreamExchange(`[ERROR] plugin/errors: 2 example.com. A: ${what}`).map(e => [e.address, e.why])
  assert.equal(error('read udp 10.244.0.5:48557->10.0.0.2:53: i/o timeout'), [['10.0.0.2', 'i/o timeout']])
  assert.equal(error('read udp [fd00::5]:48557->[fd00::2]:53: read: connection refused'), [
    ['fd00::2', 'read: connection refused'],
  ])
  assert.equal(error('no healthy proxies'), [])
})

const innocent: readonly string[] = [
  '.:53',
  '[INFO] plugin/reload: Running configuration SHA512 = 591cf328cccc12bc490481273e738df59329c62c',
  '[INFO] Reloading complete',
  '[INFO] plugin/ready: Still waiting on: "kubernetes"',
  '[WARNING] plugin/kubernetes: starting server with unsynced Kubernetes API',
  '[WARNING] No files matching import glob pattern: custom/*.override',
  '[INFO] 10.244.0.9:4512 - 33 "A IN plugin-loop.example. udp 33 false 512" NOERROR qr,rd 66 0.002s',
]
for (const line of innocent) {
  test(`nothing in: ${line}`, () => {
    assert.equal(
      Object.entries(patterns).filter(([, pattern]) => pattern.test(line)),
      [],
    )
  })
}

test.run()
