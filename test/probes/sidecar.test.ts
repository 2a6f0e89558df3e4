import http from 'node:http'
import net from 'node:net'
import { Duplex } from 'node:stream'
import { mock } from 'node:test'
import { decode } from 'dns-packet'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RequestError } from '../../src/kube/failures.ts'
import { lost } from '../../src/probes/open-port.ts'
import type { Ask } from '../../src/probes/prober.ts'
import { sidecarProber } from '../../src/probes/sidecar.ts'
import { answer, type Reply } from '../dns/server.ts'
import { listen } from '../kube/server.ts'
import { failure } from '../kube/support.ts'
import { ask, cells, question, sessionOver } from './recorded.ts'

const test = suite('sidecar prober')

const prober = sidecarProber({ sidecar: 'dns/sidecar:1.26.7', dnsmasq: 'dns/dnsmasq-nanny:1.26.7' })

/** Bodies of /healthcheck/LABEL as k8s-dns-sidecar gave them in a Pod. */
const health = {
  waiting: '{"IsOk":false,"LatencySeconds":0,"Err":"waiting for first probe"}',
  answered: '{"IsOk":true,"LatencySeconds":0.000444896,"Err":""}',
  timeout: '{"IsOk":false,"LatencySeconds":0,"Err":"read udp 10.246.1.7:58844-\\u003e10.96.0.99:53: i/o timeout"}',
  refused:
    '{"IsOk":false,"LatencySeconds":0,"Err":"read udp 10.246.1.7:59282-\\u003e172.31.77.11:53: read: connection refused"}',
  empty: '{"IsOk":false,"LatencySeconds":0,"Err":"no RRs for domain \\"nope.default.svc.cluster.local.\\""}',
  unreachable: '{"IsOk":false,"LatencySeconds":0,"Err":"dial udp [fd00::1]:53: connect: network is unreachable"}',
}

/** A stream to a port where nothing listens: the node says so after it was opened. */
function refused(): Duplex {
  const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() })
  stream.on('error', () => undefined)
  setImmediate(() =>
    stream.destroy(new RequestError('server', 'dial tcp4 127.0.0.1:20053: connect: connection refused', { path: '/' })),
  )
  return stream
}

type Port = {
  readonly server: net.Server
  readonly log?: string
  readonly refusals?: number
  /** as if the Pod were lost as soon as this port is opened */
  readonly broken?: Error
}

/** Asks through a Pod whose ports, from 20053 on, are servers of this machine. */
async function observe(asks: readonly Ask[], ports: readonly Port[], signal = new AbortController().signal) {
  const listening = await Promise.all(ports.map(port => listen(port.server)))
  const refusals = ports.map(port => port.refusals ?? 0)
  const opened: number[] = []
  const forward = async (_namespace: string, _pod: string, port: number) => {
    const i = port - 20053
    opened.push(port)
    const left = refusals[i] ?? 0
    refusals[i] = left - 1
    const { broken } = ports[i] ?? {}
    if (broken) throw broken
    return left > 0 ? refused() : net.connect(listening[i]?.port ?? 0, '127.0.0.1')
  }
  const text = async (path: string) => ports[Number(/container=tcp(\d+)$/.exec(path)?.[1])]?.log ?? ''
  try {
    return { seen: await prober.ask({ ...sessionOver({ forward, text }), signal }, asks), opened }
  } finally {
    for (const each of listening) each.close()
  }
}

/** The sidecar's HTTP server: for each label the bodies that it gives one after the other. */
function sidecar(bodies: Readonly<Record<string, readonly string[]>>, asked: string[] = []): net.Server {
  const rounds = new Map(Object.entries(bodies).map(([label, all]) => [label, [...all]]))
  return http.createServer((request, response) => {
    const label = request.url?.replace('/healthcheck/', '') ?? ''
    asked.push(label)
    const left = rounds.get(label) ?? []
    const body = (left.length > 1 ? left.shift() : left[0]) ?? ''
    response.writeHead(body.includes('true') ? 200 : 503, {
      'content-type': 'application/json',
      'content-length': body.length,
    })
    response.end(body)
  })
}

const names = ['a', 'b', 'c', 'd', 'e'].map(name => question(name))

/** A second goes by between two looks at the clock: what is silent for good costs no waiting. */
function hurry(): void {
  let now = 0
  mock.method(performance, 'now', () => (now += 1000))
}
test.after.each(() => mock.restoreAll())

test('over UDP the sidecar tells answers from silence, refusal and no way, and what it does not tell is unknown', async () => {
  hurry()
  const bodies = {
    p0: [health.answered],
    p1: [health.timeout],
    p2: [health.refused],
    p3: [health.empty],
    p4: [health.unreachable],
  }
  const { seen } = await observe([ask('udp', '10.96.0.10', names)], [{ server: sidecar(bodies) }])
  assert.equal(cells(seen), [
    'udp 10.96.0.10 a A: NOERROR',
    'udp 10.96.0.10 b A: timeout',
    'udp 10.96.0.10 c A: refused',
    'udp 10.96.0.10 d A: unknown',
    'udp 10.96.0.10 e A: unreachable',
  ])
  assert.equal(
    seen.map(o => o.result.ms),
    [0.444896, 2000, 0, 0, 0],
  )
  assert.equal([seen[0]?.node, seen[0]?.from], ['w1', 'pod'])
})

test('a probe that has not asked yet is waited for, the others are not read again', async () => {
  const asked: string[] = []
  const server = sidecar({ p0: [health.answered], p1: [health.waiting, health.waiting, health.refused] }, asked)
  const { seen, opened } = await observe([ask('udp', '10.96.0.10', names.slice(0, 2))], [{ server }])
  assert.equal(cells(seen), ['udp 10.96.0.10 a A: NOERROR', 'udp 10.96.0.10 b A: refused'])
  assert.equal(asked, ['p0', 'p1', 'p1', 'p1'])
  assert.equal(opened, [20053])
})

test('one lost packet is no silence: a probe that timed out is read until it has asked again', async () => {
  const server = sidecar({ p0: [health.waiting, health.timeout, health.timeout, health.answered] })
  const { seen } = await observe([ask('udp', '10.96.0.10')], [{ server }])
  assert.equal(cells(seen), ['udp 10.96.0.10 example.com A: NOERROR'])
})

test('a probe that never asks has no observation', async () => {
  hurry()
  const server = sidecar({ p0: [health.waiting], p1: [health.answered] })
  const { seen } = await observe([ask('udp', '10.96.0.10', names.slice(0, 2))], [{ server }])
  assert.equal(cells(seen), ['udp 10.96.0.10 b A: NOERROR'])
})

test('PTR is left out over UDP, and a port that does not listen yet is opened again', async () => {
  const questions = [question('1.0.96.10.in-addr.arpa', 'PTR'), question('a', 'AAAA')]
  const asks = [ask('udp', '10.96.0.10', questions)]
  const { seen, opened } = await observe(asks, [{ server: sidecar({ p0: [health.answered] }), refusals: 2 }])
  assert.equal(cells(seen), ['udp 10.96.0.10 a AAAA: NOERROR'])
  assert.equal(opened, [20053, 20053, 20053])
})

test('a sidecar that ends the connection is an error, not a silent server', async () => {
  const server = net.createServer(socket => socket.end('HTTP/1.1 200 OK\r\n'))
  const error = await failure(() => observe([ask('udp', '10.96.0.10')], [{ server }]))
  assert.instance(error, RequestError)
  assert.match(error.message, /probe-1 could not be talked to/)
})

test('something else at the port is an error, too', async () => {
  const server = sidecar({ p0: ['404 page not found'] })
  assert.match((await failure(() => observe([ask('udp', '10.96.0.10')], [{ server }]))).message, /no k8s-dns-sidecar/)
})

/** dnsmasq, as far as it is seen: one question in each segment, and one at a time. */
const dnsmasq = (reply: Reply) =>
  net.createServer(socket =>
    socket.on('data', frame => {
      const query = decode(frame.subarray(2))
      if (query.questions?.[0]?.type === 'TXT') socket.write(answer(query))
      else reply(query, socket)
    }),
  )
const overTcp = (reply: Reply, log?: string): Port => ({
  server: dnsmasq(reply),
  ...(log === undefined ? {} : { log }),
})
const answering: Reply = (query, socket) => socket.write(answer(query))
const mute: Reply = () => undefined
const closing: Reply = (_query, socket) => socket.end()

test('over TCP the questions of a target go one after the other over one connection', async () => {
  const asks = [ask('tcp', '10.96.0.10', names), ask('tcp', '8.8.8.8', names.slice(0, 1))]
  const { seen, opened } = await observe(asks, [overTcp(answering), overTcp(answering)])
  assert.is(seen.length, 6)
  assert.equal(cells(seen).at(-1), 'tcp 8.8.8.8 a A: NOERROR 10.96.0.1')
  assert.equal(opened, [20053, 20054])
})

test('a target that is silent to its first question is not asked the rest; behind a later silence they have a new connection each', async () => {
  const reply: Reply = (query, socket) => (query.questions?.[0]?.name === 'b' ? undefined : answering(query, socket))
  const asks = [ask('tcp', '10.96.0.99', names), ask('tcp', '10.96.0.10', names.slice(0, 4))]
  const { seen, opened } = await observe(asks, [overTcp(mute), overTcp(reply)])
  assert.equal(cells(seen), [
    'tcp 10.96.0.99 a A: timeout',
    'tcp 10.96.0.10 a A: NOERROR 10.96.0.1',
    'tcp 10.96.0.10 b A: timeout',
    'tcp 10.96.0.10 c A: NOERROR 10.96.0.1',
    'tcp 10.96.0.10 d A: NOERROR 10.96.0.1',
  ])
  assert.equal(opened, [20053, 20054, 20054, 20054])
})

test('behind a silence the rest share three connections, and each silence costs one more', async () => {
  const silent = new Set(['b', 'd'])
  const reply: Reply = (query, socket) =>
    silent.has(query.questions?.[0]?.name ?? '') ? closing(query, socket) : answering(query, socket)
  const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'].map(name => question(name))
  const { seen, opened } = await observe([ask('tcp', '10.96.0.10', many)], [overTcp(reply)])
  const expected = many.map(({ name }) => (silent.has(name) ? `${name} A: closed` : `${name} A: NOERROR 10.96.0.1`))
  assert.equal(
    cells(seen),
    expected.map(text => `tcp 10.96.0.10 ${text}`),
  )
  assert.is(opened.length, 5)
})

test('a connection that dnsmasq ends is a target without a connection; one that ends before is a lost Pod', async () => {
  const asks = [ask('tcp', '172.31.77.11', names)]
  const dead = await observe(asks, [overTcp(closing)])
  assert.equal(cells(dead.seen), ['tcp 172.31.77.11 a A: closed'])
  const server = net.createServer(socket => socket.end())
  assert.match((await failure(() => observe(asks, [{ server }]))).message, /dnsmasq does not answer/)
})

const refusing: Reply = (query, socket) => socket.write(answer(query, { rcode: 5 }))
/** Of dnsmasq 2.90; the lines of its start are left out. */
const log = `dnsmasq[7]: query[A] a from 127.0.0.1
dnsmasq[7]: forwarded a to 10.96.0.10
dnsmasq[7]: reply error is REFUSED
dnsmasq[7]: query[A] b from 127.0.0.1
dnsmasq[7]: config error is REFUSED
`

test('REFUSED is the target’s where dnsmasq passed the question on, and else its own', async () => {
  const { seen } = await observe([ask('tcp', '10.96.0.10', names.slice(0, 2))], [overTcp(refusing, log)])
  assert.equal(cells(seen), ['tcp 10.96.0.10 a A: REFUSED', 'tcp 10.96.0.10 b A: closed'])
})

test('a Pod that is lost is an error', async () => {
  const session = sessionOver({
    forward: async () => {
      throw new RequestError('not-found', 'pods "probe-1" not found', { path: '/' })
    },
  })
  const error = await failure(() => prober.ask(session, [ask('tcp', '10.96.0.10')]))
  assert.is(error.message, 'pods "probe-1" not found')
  assert.is(lost(session, 'x').path, '/api/v1/namespaces/default/pods/probe-1/portforward')
})

const broken = (message: string): Port => ({
  server: net.createServer(),
  broken: new RequestError('server', message, { path: '/' }),
})
const both = [ask('tcp', '10.96.0.10', names.slice(0, 1)), ask('tcp', '8.8.8.8', names.slice(0, 1))]

test('a relay that is lost leaves out its own target, over UDP it is still there', async () => {
  const asks = [...both, ask('udp', '10.96.0.10', names.slice(0, 1))]
  const ports = [broken('x'), overTcp(answering), { server: sidecar({ p0: [health.answered] }) }]
  assert.equal(cells((await observe(asks, ports)).seen), [
    'udp 10.96.0.10 a A: NOERROR',
    'tcp 8.8.8.8 a A: NOERROR 10.96.0.1',
  ])
})

test('when all relays are lost there is an error, and so is a bug in one of them', async () => {
  assert.is((await failure(() => observe(both, [broken('first'), broken('second')]))).message, 'first')
  const bug = { server: net.createServer(), broken: new TypeError('a bug') }
  assert.is((await failure(() => observe(both, [overTcp(answering), bug]))).message, 'a bug')
})

test('a run that is over is no half of a result', async () => {
  const over = new AbortController()
  const late: Reply = (query, socket) => {
    over.abort(new Error('the time is over'))
    socket.write(answer(query))
  }
  const error = await failure(() => observe(both, [overTcp(late), overTcp(answering)], over.signal))
  assert.is(error.message, 'the time is over')
})

test('the Pod: one dnsmasq for each target over TCP, one sidecar for all over UDP, all on the loopback', () => {
  const asks = [
    ask('udp', 'fd00::a', [question('a')], 1053),
    ask('tcp', 'fd00::a', [question('a')], 1053),
    ask('tcp', '8.8.8.8'),
  ]
  const { containers } = prober.parts(asks, 20053)
  assert.equal(
    containers.map(c => [c.name, c.image]),
    [
      ['udp', 'dns/sidecar:1.26.7'],
      ['tcp0', 'dns/dnsmasq-nanny:1.26.7'],
      ['tcp1', 'dns/dnsmasq-nanny:1.26.7'],
    ],
  )
  const flags = containers.map(c => [...(c.command ?? []), ...(c.args ?? [])])
  assert.ok(flags[0]?.includes('--probe=p0,[fd00::a]:1053,a.,1,A'), `${flags[0]}`)
  assert.ok(flags[0]?.includes('--prometheus-port=20055'), `${flags[0]}`)
  assert.ok(flags[1]?.includes('--server=fd00::a#1053') && flags[1].includes('--port=20053'), `${flags[1]}`)
  assert.ok(flags[2]?.includes('--server=8.8.8.8#53') && flags[2].includes('--port=20054'), `${flags[2]}`)
  assert.equal(
    prober.parts(asks.slice(1), 20053).containers.map(c => c.name),
    ['tcp0', 'tcp1'],
  )
})

test.run()
