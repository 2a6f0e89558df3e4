import net from 'node:net'
import { AUTHORITATIVE_ANSWER, type Packet, TRUNCATED_RESPONSE } from 'dns-packet'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { queryStream } from '../../src/dns/query.ts'
import { listen } from '../kube/server.ts'
import { answer, ask, name, type Reply, silenceOf, withStream } from './server.ts'

const test = suite('DNS query')

test('an answer with its address, flags and time', async () => {
  const reply: Reply = (query, socket) => socket.write(answer(query, { flags: AUTHORITATIVE_ANSWER }))
  await withStream(reply, async stream => {
    assert.equal(await ask(stream), {
      rcode: 'NOERROR',
      answers: ['10.96.0.1'],
      authoritative: true,
      truncated: false,
      ms: 1,
    })
  })
})

test('each rcode is itself', async () => {
  const codes = { 0: 'NOERROR', 1: 'FORMERR', 2: 'SERVFAIL', 3: 'NXDOMAIN', 4: 'NOTIMP', 5: 'REFUSED', 9: 'RCODE9' }
  let rcode = 0
  const reply: Reply = (query, socket) => socket.write(answer(query, { rcode, flags: TRUNCATED_RESPONSE }))
  await withStream(reply, async stream => {
    for (const [code, word] of Object.entries(codes)) {
      rcode = Number(code)
      const given = await ask(stream)
      assert.is('rcode' in given && given.rcode, word)
      assert.is('truncated' in given && given.truncated, true)
    }
  })
})

test('answers of the type asked for, as text', async () => {
  const cases: readonly [type: 'A' | 'AAAA' | 'SRV' | 'PTR' | 'TXT' | 'MX', data: unknown, text: string][] = [
    ['A', '10.0.0.1', '10.0.0.1'],
    ['AAAA', 'fd00::1', 'fd00::1'],
    ['PTR', 'kube-dns.kube-system.svc', 'kube-dns.kube-system.svc'],
    ['SRV', { priority: 0, weight: 100, port: 53, target: 'a.b' }, 'a.b:53'],
    ['MX', { preference: 10, exchange: 'mx.b' }, 'mx.b'],
    ['TXT', ['one', 'two'], 'onetwo'],
  ]
  for (const [type, data, text] of cases) {
    const reply: Reply = (query, socket) => {
      const answers = [
        { type: 'CNAME', name, data: 'other.name' },
        { type, name, data },
      ] as Packet['answers']
      socket.write(answer(query, { answers }))
    }
    await withStream(reply, async stream => {
      const given = await queryStream(stream, name, type, { timeoutMs: 2000 })
      assert.equal('answers' in given && given.answers, [text])
    })
  }
})

test('the question goes out once, recursion desired, without the dot at the end', async () => {
  const queries: Packet[] = []
  const reply: Reply = (query, socket) => {
    queries.push(query)
    socket.write(answer(query))
  }
  await withStream(reply, async stream => {
    await queryStream(stream, `${name}.`, 'A', { timeoutMs: 2000, id: 7 })
    assert.is(queries.length, 1)
    assert.is(queries[0]?.id, 7)
    assert.is(queries[0]?.questions?.[0]?.name, name)
  })
})

test('nothing listens', async () => {
  const { port, close } = await listen(net.createServer())
  close()
  const stream = net.connect(port, '127.0.0.1')
  assert.is(silenceOf(await ask(stream)), 'refused')
  assert.is(silenceOf(await ask(stream)), 'refused')
})

test.run()
