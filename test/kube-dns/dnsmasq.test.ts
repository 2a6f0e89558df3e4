import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze } from '../../src/analyze.ts'
import { dnsmasqServers } from '../../src/kube-dns/dnsmasq.ts'
import { rules } from '../../src/rules/index.ts'
import { type Recording, recordedSnapshot, recordedText, recordings } from './recording.ts'

const test = suite('dnsmasq')

const servers = (text: string) => {
  const { using, looping, ignored } = dnsmasqServers(text.split('\n'))
  return { using, looping, ignored }
}
const only = (found: Partial<ReturnType<typeof servers>>) => ({ using: [], looping: [], ignored: [], ...found })

const recorded: Readonly<Record<string, ReturnType<typeof servers>>> = {
  noloopdetect: only({ using: ['127.0.0.53#53'] }),
  loopdetect: only({ looping: ['127.0.0.53#53'] }),
  'configmap-good': only({ using: ['8.8.8.8#53', '8.8.4.4#53'] }),
  'configmap-invalid': only({ using: ['8.8.8.8#53', '8.8.4.4#53'] }),
  'configmap-notjson': only({ using: ['8.8.8.8#53', '8.8.4.4#53'] }),
}
for (const [name, expected] of Object.entries(recorded)) {
  test(`recorded: ${name}`, () => assert.equal(servers(recordedText(name, 'dnsmasq.log')), expected))
}

const line = (text: string) => `I1122 13:20:35.663106       1 nanny.go:148] dnsmasq[12]: ${text}`
const started = line('started, version 2.90 cachesize 1000')
const log = (...lines: readonly string[]) => [started, ...lines.map(line)].join('\n')

const texts: readonly [name: string, text: string, expected: ReturnType<typeof servers>][] = [
  ['nothing', '', only({})],
  ['a start without servers', log('read /etc/hosts - 9 names'), only({})],
  ['IPv6', log('using nameserver 2001:db8::53#53'), only({ using: ['2001:db8::53#53'] })],
  ['a stub domain', log('using nameserver 10.1.1.1#53 for domain corp.example '), only({})],
  ['names without a dot', log('using nameserver 10.1.1.1#53 for unqualified names '), only({})],
  [
    'one of its own addresses',
    log('ignoring nameserver 127.0.0.1 - local interface'),
    only({ ignored: ['127.0.0.1'] }),
  ],
  [
    'the same list twice',
    log('using nameserver 10.0.0.2#53', 'using nameserver 10.0.0.2#53'),
    only({ using: ['10.0.0.2#53'] }),
  ],
  [
    'a loop that is found after the list',
    log(
      'using nameserver 10.0.0.2#53',
      'using nameserver 10.0.0.3#53',
      'NOT using nameserver 10.0.0.3#53 - query loop detected',
    ),
    only({ using: ['10.0.0.2#53'], looping: ['10.0.0.3#53'] }),
  ],
  [
    'only what was said since the last start',
    `${log('using nameserver 127.0.0.53#53')}\n${log('using nameserver 8.8.8.8#53')}`,
    only({ using: ['8.8.8.8#53'] }),
  ],
  ['a log that begins later', line('using nameserver 10.0.0.2#53'), only({ using: ['10.0.0.2#53'] })],
]
for (const [name, text, expected] of texts) test(name, () => assert.equal(servers(text), expected))

test('the lines of evidence are those on servers for all names', () => {
  const { lines } = dnsmasqServers(recordedText('loopdetect', 'dnsmasq.log').split('\n'))
  assert.equal(
    lines.map(l => l.replace(/^.*\]: /, '')),
    ['using nameserver 127.0.0.53#53', 'NOT using nameserver 127.0.0.53#53 - query loop detected'],
  )
})

interface Outcome {
  readonly verdict: string
  readonly cause: string | undefined
  readonly codes: readonly string[]
}
const outcomes: Readonly<Record<string, Outcome>> = {
  noloopdetect: { verdict: 'broken', cause: 'DNS301', codes: ['DNS301', 'DNS305', 'DNS401'] },
  loopdetect: { verdict: 'broken', cause: 'DNS301', codes: ['DNS301', 'DNS305', 'DNS401'] },
  'configmap-good': { verdict: 'healthy', cause: undefined, codes: [] },
  'configmap-invalid': { verdict: 'degraded', cause: 'DNS203', codes: ['DNS203'] },
  'configmap-notjson': { verdict: 'degraded', cause: 'DNS203', codes: ['DNS203'] },
}

function judged(recording: Recording) {
  const analysis = analyze(recordedSnapshot(recording), rules)
  assert.equal(analysis.skipped, [])
  return { verdict: analysis.verdict, cause: analysis.cause?.code, codes: analysis.findings.map(f => f.code) }
}

for (const recording of recordings) {
  test(`judged: ${recording.name}`, () => assert.equal(judged(recording), outcomes[recording.name]))
}

test('what kube-dns said of its ConfigMap is shown as evidence', () => {
  for (const [name, said] of [
    ['configmap-invalid', /cannot have more than three entries/],
    ['configmap-notjson', /not?json|Invalid/],
  ] as const) {
    const recording = recordings.find(r => r.name === name) as Recording
    const [found] = analyze(recordedSnapshot(recording), rules).findings
    assert.ok(
      found?.evidence.some(e => e.source.startsWith('log of ') && said.test(e.text)),
      name,
    )
  }
})

test.run()
