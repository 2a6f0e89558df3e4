import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Client } from '../../src/kube/client.ts'
import { execProber } from '../../src/probes/exec.ts'
import { execScript } from '../../src/probes/exec-script.ts'
import type { Ask } from '../../src/probes/prober.ts'
import { expected, inFolder } from '../kube/support.ts'
import { ask, cells, question, recorded, sessionOver } from './recorded.ts'

const test = suite('exec prober')

const image = 'example.test/tools:1'
const observe = (asks: readonly Ask[], stdout: string) =>
  execProber(image).ask(sessionOver({ exec: async () => ({ stdout, stderr: '', code: 0 }) }), asks)

const names = [
  question('kubernetes.default.svc.cluster.local'),
  question('1.0.96.10.in-addr.arpa', 'PTR'),
  question('example.com'),
  question('nope.default.svc.cluster.local'),
  question('example.com', 'AAAA'),
]
const external = [question('example.com'), question('example.com', 'AAAA')]
const dead = ['10.96.0.99', '172.31.77.11', '172.31.77.99', 'fd00::1']

/** What was asked from a Pod on w1 when the transcripts were recorded; the addresses after 8.8.8.8 have no server. */
const inCluster = (['udp', 'tcp'] as const).flatMap(protocol => [
  ask(protocol, '10.96.0.10', names),
  ...['8.8.8.8', ...dead].map(address => ask(protocol, address, external)),
])

const answered = (protocol: string) => [
  `${protocol} 10.96.0.10 kubernetes.default.svc.cluster.local A: NOERROR 10.96.0.1`,
  `${protocol} 10.96.0.10 1.0.96.10.in-addr.arpa PTR: NOERROR kubernetes.default.svc.cluster.local`,
  `${protocol} 10.96.0.10 example.com A: NOERROR 203.0.113.20`,
  `${protocol} 10.96.0.10 nope.default.svc.cluster.local A: NXDOMAIN`,
  `${protocol} 10.96.0.10 example.com AAAA: REFUSED`,
  `${protocol} 8.8.8.8 example.com A: NOERROR 203.0.113.20`,
  `${protocol} 8.8.8.8 example.com AAAA: REFUSED`,
]
const silent = (protocol: string, silences: readonly string[]) =>
  silences.map((silence, i) => `${protocol} ${dead[i]} example.com A: ${silence}`)

test('dig in a Pod: every kind of answer and silence, over UDP and TCP', async () => {
  assert.equal(cells(await observe(inCluster, recorded('dig-9.18.txt'))), [
    ...answered('udp'),
    ...silent('udp', ['timeout', 'refused', 'timeout', 'unreachable']),
    ...answered('tcp'),
    ...silent('tcp', ['timeout', 'refused', 'unreachable', 'unreachable']),
  ])
})

test("BusyBox's nslookup in a Pod: the same over UDP, nothing over TCP", async () => {
  const seen = cells(await observe(inCluster, recorded('busybox-1.35.txt')))
  assert.equal(
    seen.filter(cell => !cell.includes('fd00::1 example.com AAAA')),
    [...answered('udp'), ...silent('udp', ['timeout', 'refused', 'timeout', 'unreachable'])],
  )
})

const ports = [5301, 5302, 5303, 5304, 5305]
const local = [
  'example.test',
  'example.test AAAA',
  '20.113.0.203.in-addr.arpa PTR',
  'www.example.test',
  'nope.example.test',
  'txt.example.test',
]

test("BIND's nslookup: over TCP one server each that refuses, is silent, closes, fails and declines", async () => {
  const questions = local.map(text => question(...(text.split(' ') as [string, 'A'])))
  const asks = (['udp', 'tcp'] as const).flatMap(protocol => [
    ask(protocol, '127.0.0.1', questions, 21153),
    ...ports.map(port => ask(protocol, `127.0.0.1`, [question('example.test')], port)),
    ask(protocol, '10.255.255.1', [question('example.test')]),
    ask(protocol, 'fd00::1', [question('example.test')]),
  ])
  const seen = await observe(asks, recorded('nslookup-9.18.txt'))
  const tcp = seen.filter(o => o.protocol === 'tcp')
  assert.equal(
    cells(tcp).map(cell => cell.replace(/^tcp /, '')),
    [
      '127.0.0.1 example.test A: NOERROR 203.0.113.20',
      '127.0.0.1 example.test AAAA: NOERROR 2001:db8::20',
      '127.0.0.1 20.113.0.203.in-addr.arpa PTR: NOERROR example.test',
      '127.0.0.1 www.example.test A: NOERROR 203.0.113.20',
      '127.0.0.1 nope.example.test A: NXDOMAIN',
      '127.0.0.1 txt.example.test A: NOERROR',
      '127.0.0.1 example.test A: refused',
      '127.0.0.1 example.test A: timeout',
      '127.0.0.1 example.test A: closed',
      '127.0.0.1 example.test A: SERVFAIL',
      '127.0.0.1 example.test A: REFUSED',
      '10.255.255.1 example.test A: closed',
      'fd00::1 example.test A: timeout',
    ],
  )
  assert.is(Math.round(tcp[7]?.result.ms ?? 0), 3140)
})

test('the time is what dig says, and how long it ran where it got no answer', async () => {
  const seen = await observe(inCluster, recorded('dig-9.18.txt'))
  const times = seen.filter(o => o.protocol === 'udp' && o.question.type === 'A').map(o => o.result.ms)
  assert.ok(
    times.slice(0, 3).every(ms => ms < 100),
    `${times}`,
  )
  assert.ok((times[4] ?? 0) >= 3000, `${times}`)
})

const unfit = [
  ['tool none\n', 'The image example.test/tools:1 has neither dig nor nslookup.'],
  [
    'tool busybox\nversion BusyBox v1.28.4 () multi-call binary.\n',
    'The image example.test/tools:1 has no dig, and an nslookup that is too old (BusyBox v1.28.4 () multi-call binary.).',
  ],
  [
    'tool dig\n0.0 Illegal instruction\n0.0 = 1.00 1.01\n',
    'The image example.test/tools:1 has a dig that cannot be read: "Illegal instruction".',
  ],
  ['', 'The image example.test/tools:1 has neither dig nor nslookup.'],
] as const

for (const [stdout, message] of unfit) {
  test(`${JSON.stringify(stdout)} is no observation but an error`, async () => {
    const error = await expected(() => observe(inCluster, stdout))
    assert.is(error.message, message)
    assert.is(error.code, 'image-unfit')
  })
}

test('a tool that cannot use one protocol does not make the image unfit', async () => {
  const stdout = 'tool busybox\nversion BusyBox v1.36\n'
  assert.equal(await observe([ask('tcp', '10.96.0.10')], stdout).catch(error => error.code), 'image-unfit')
})

/** Runs the script with a dig that says how it was called, and is silent at 192.0.2.9. */
const runWith = (tools: Readonly<Record<string, string>>, asks: readonly Ask[]) =>
  inFolder(folder => {
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    for (const [name, body] of Object.entries(tools))
      writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
    const script = join(folder, 'ask.sh')
    writeFileSync(script, execScript(asks))
    return spawnSync('/bin/sh', [script], { encoding: 'utf8', env: { PATH: bin } }).stdout.split('\n')
  })

const echoing = `for word; do printf '<%s>' "$word"; done; echo
case $* in *192.0.2.9*) echo ';; no servers could be reached' ;; esac`

test('names and addresses are words, whatever is in them', () => {
  const name = `a'b $(touch x) \`id\` "*" \\`
  const lines = runWith({ dig: echoing }, [ask('udp', '192.0.2.1; reboot', [question(name)], 1053)])
  assert.is(lines[0], 'tool dig')
  assert.is(
    lines[1],
    `0.0 <+notcp><+ignore><+noedns><+time=2><+tries=2><-p><1053><-t><A><-q><${name}.><@192.0.2.1; reboot>`,
  )
  assert.match(lines[2] ?? '', /^0\.0 = [\d.]+ [\d.]+$/)
})

test('who does not answer the first question is not asked the rest; the others are', () => {
  const questions = [question('one'), question('two'), question('three')]
  const lines = runWith({ dig: echoing }, [ask('tcp', '192.0.2.9', questions), ask('tcp', '192.0.2.1', questions)])
  const asked = lines.flatMap(line => /^(\d\.\d) =/.exec(line)?.[1] ?? [])
  assert.equal(asked.sort(), ['0.0', '1.0', '1.1', '1.2'])
})

test('eight targets are asked at a time, the next when they are done', () => {
  const asks = Array.from({ length: 19 }, (_, i) => ask('tcp', `192.0.2.${i}`))
  const script = execScript(asks).split('\n')
  const steps = script.slice(script.lastIndexOf('}') + 1)
  const sizes = steps
    .join('\n')
    .split('wait\n')
    .map(batch => batch.split(' &\n').length - 1)
  assert.equal(sizes, [8, 8, 3, 0])
  const lines = runWith({ dig: echoing }, asks)
  const asked = lines.flatMap(line => /^(\d+)\.0 =/.exec(line)?.[1] ?? []).map(Number)
  assert.equal(
    asked.toSorted((a, b) => a - b),
    asks.map((_, i) => i),
  )
  assert.ok(asked.slice(0, 8).every(i => i < 8) && asked.slice(8, 16).every(i => i < 16), `${asked}`)
})

test('the exec may take as long as two tries of every name of the longest columns, one batch after the other', async () => {
  const limits: (number | undefined)[] = []
  const exec = async (...[, , , , options]: Parameters<Client['exec']>) => {
    limits.push(options?.timeoutMs)
    return { stdout: recorded('dig-9.18.txt'), stderr: '', code: 0 }
  }
  const many = Array.from({ length: 8 }, (_, i) => ask('udp', `192.0.2.${i}`, names.slice(0, 1 + (i % 2))))
  for (const asks of [[ask('udp', '192.0.2.1', names)], many, [...many, ask('udp', '192.0.2.9', names)]])
    await execProber(image).ask(sessionOver({ exec }), asks)
  assert.equal(limits, [30_000, 18_000, 38_000])
})

test('a script that does not fit into an annotation is an error that says so', async () => {
  const names = Array.from({ length: 3000 }, (_, i) => question(`service-${i}.example.com`))
  const parts = (count: number) =>
    execProber(image).parts([ask('udp', '192.0.2.1', names.slice(0, count)), ask('tcp', '192.0.2.1', names)], 20053)
  const error = await expected(() => parts(3000))
  assert.is(error.code, 'too-many-names')
  assert.match(error.message, /^There are too many names: .* takes \d{3} KiB, 200 fit\.$/)
  assert.match(error.hint, /fewer --name/)
  assert.ok(JSON.stringify(parts(1).annotations).includes('service-2999.example.com'))
})

const usage = (flags: string) =>
  `case $1 in --help) echo "BusyBox v1.35.0"; echo "Usage: nslookup ${flags}"; exit ;; esac`

test('the tool is dig, or nslookup of BIND, or of BusyBox where it is new enough', () => {
  const asks = [ask('udp', '192.0.2.1'), ask('tcp', '192.0.2.1')]
  const keys = (lines: readonly string[]) => lines.filter(line => /^(tool|version|\d\.\d <)/.test(line)).sort()
  assert.equal(keys(runWith({ dig: echoing, nslookup: echoing }, asks)).at(-1), 'tool dig')
  assert.equal(keys(runWith({ nslookup: echoing }, asks)), [
    '0.0 <-timeout=2><-retry=2><-port=53><-type=A><example.com.><192.0.2.1>',
    '1.0 <-vc><-timeout=3><-retry=1><-port=53><-type=A><example.com.><192.0.2.1>',
    'tool nslookup',
  ])
  assert.equal(keys(runWith({ nslookup: `${usage('[-type=TYPE] HOST')}\n${echoing}` }, asks)), [
    '0.0 <-timeout=4><-retry=2><-port=53><-type=A><example.com.><192.0.2.1>',
    'tool busybox',
    'version BusyBox v1.35.0',
  ])
  assert.equal(keys(runWith({ nslookup: usage('[HOST] [SERVER]') }, asks)), ['tool busybox', 'version BusyBox v1.35.0'])
  assert.equal(keys(runWith({}, asks)), ['tool none'])
})

test('the Pod sleeps, and finds the script in a file', () => {
  const asks = [ask('udp', '192.0.2.1')]
  const { containers, volumes, annotations } = execProber(image).parts(asks, 20053)
  assert.equal(
    containers.map(c => [c.image, c.command]),
    [[image, ['sh', '-c', 'sleep 3600']]],
  )
  const [annotation = '', script] = Object.entries(annotations ?? {})[0] ?? []
  assert.is(script, execScript(asks))
  assert.ok(JSON.stringify(volumes).includes(`metadata.annotations['${annotation}']`))
})

test.run()
