import { Duplex } from 'node:stream'
import { decode, type Packet, streamEncode } from 'dns-packet'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nextFrame } from '../../src/dns/frames.ts'
import { queryStream } from '../../src/dns/query.ts'
import { answer, ask, name, type Reply, silenceOf, withStream } from './server.ts'

const test = suite('DNS over a stream')

test('answers to other questions are passed over: wrong id, wrong name, an echo of the query', async () => {
  const reply: Reply = (query, socket) => {
    const id = query.id ?? 0
    const other = [{ type: 'A', name: 'other.name' }] as Packet['questions']
    const strays = [
      answer({ ...query, id: id ^ 1 }, { rcode: 2 }),
      answer({ ...query, questions: other }, { rcode: 2 }),
    ]
    socket.write(Buffer.concat([...strays, streamEncode(query), answer(query)]))
  }
  await withStream(reply, async stream => assert.is(silenceOf(await ask(stream)), 'rcode NOERROR'))
})

test('several questions on one stream, the answer to a lost one comes late', async () => {
  let kept: Packet | undefined
  const reply: Reply = (query, socket) => {
    if (!kept) kept = query
    else socket.write(Buffer.concat([answer(kept, { rcode: 2 }), answer(query)]))
  }
  await withStream(reply, async stream => {
    assert.is(silenceOf(await ask(stream, { id: 1, timeoutMs: 20 })), 'timeout')
    assert.is(silenceOf(await ask(stream, { id: 2 })), 'rcode NOERROR')
    assert.is(silenceOf(await ask(stream, { id: 3 })), 'rcode NOERROR')
  })
})

test('an answer cut by a time-out is finished before the next one', async () => {
  let first = true
  const reply: Reply = (query, socket) => {
    const bytes = answer(query)
    if (!first) return socket.write(bytes)
    first = false
    socket.write(bytes.subarray(0, 9))
    setTimeout(() => socket.write(bytes.subarray(9)), 40)
  }
  await withStream(reply, async stream => {
    assert.is(silenceOf(await ask(stream, { id: 1, timeoutMs: 20 })), 'timeout')
    await new Promise(resolve => setTimeout(resolve, 40))
    assert.is(silenceOf(await ask(stream, { id: 2 })), 'rcode NOERROR')
  })
})

test('silence, and bytes that are no DNS', async () => {
  await withStream(
    () => undefined,
    async stream => assert.equal(await ask(stream, { timeoutMs: 10 }), { silence: 'timeout', ms: 1 }),
  )
  await withStream(
    (_, socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
    async stream => {
      const given = await ask(stream, { timeoutMs: 30 })
      assert.is(silenceOf(given), 'timeout')
      assert.is('detail' in given && given.detail, '28 bytes came that are no answer to the question')
    },
  )
})

test('a connection that ends: before the answer, in the middle of it, by a reset', async () => {
  const endings: Reply[] = [
    (_, socket) => socket.end(),
    (query, socket) => socket.end(answer(query).subarray(0, 20)),
    (_, socket) => socket.resetAndDestroy(),
  ]
  for (const reply of endings) {
    await withStream(reply, async stream => {
      assert.is(silenceOf(await ask(stream)), 'closed')
      assert.is(silenceOf(await ask(stream)), 'closed')
    })
  }
})

/** A stream that answers a query in pieces, cut at the given places, after an answer to somebody else. */
function cutStream(cuts: readonly number[]): Duplex {
  const stream = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => {
      const query = decode(bytes.subarray(2))
      const reply = Buffer.concat([answer({ ...query, id: (query.id ?? 0) ^ 1 }, { rcode: 5 }), answer(query)])
      const ends = [...cuts.map(cut => cut % reply.length), reply.length].sort((a, b) => a - b)
      for (const [i, end] of ends.entries()) stream.push(reply.subarray(ends[i - 1] ?? 0, end))
      done()
    },
  })
  return stream
}

test('however the bytes are cut, the answers are the same', async () => {
  const law = async (cuts: readonly number[]) => {
    const stream = cutStream(cuts)
    const given = [
      await queryStream(stream, name, 'A', { timeoutMs: 2000 }),
      await queryStream(stream, name, 'A', { timeoutMs: 2000 }),
    ]
    return given.every(each => 'answers' in each && each.answers[0] === '10.96.0.1')
  }
  await fc.assert(fc.asyncProperty(fc.array(fc.nat({ max: 500 }), { maxLength: 12 }), law), { numRuns: 60 })
})

test('a frame is found at any cut of a buffer, and none too early', () => {
  const law = (body: Uint8Array, more: Uint8Array) => {
    const size = Buffer.alloc(2)
    size.writeUInt16BE(body.length)
    const whole = Buffer.concat([size, body])
    const early = Array.from({ length: whole.length }, (_, end) => nextFrame(whole.subarray(0, end)))
    return (
      early.every(each => each === undefined) &&
      Buffer.from(body).equals(nextFrame(Buffer.concat([whole, more])) ?? size)
    )
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 10 }), law))
})

test.run()
