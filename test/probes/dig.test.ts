import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseDig } from '../../src/probes/dig.ts'

const test = suite('dig')

const header = (status: string) => `
; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> +tcp -q example.com. @10.96.0.10
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: 18497
;; flags: qr aa rd; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 0

;; QUESTION SECTION:
;www.example.com.			IN	A
`

const footer = `
;; Query time: 4 msec
;; SERVER: 10.96.0.10#53(10.96.0.10) (TCP)
`

test('records of the type asked for, without those on the way to them', () => {
  const records = 'www.example.com.\t30\tIN\tCNAME\texample.com.\nexample.com.\t30\tIN\tA\t203.0.113.20\n'
  const text = `${header('NOERROR')}\n;; ANSWER SECTION:\n${records}${footer}`
  assert.equal(parseDig(text, 'A'), { rcode: 'NOERROR', answers: ['203.0.113.20'], ms: 4 })
  assert.equal(parseDig(text, 'AAAA'), { rcode: 'NOERROR', answers: [], ms: 4 })
  assert.equal(parseDig(text, 'CNAME'), { rcode: 'NOERROR', answers: ['example.com'], ms: 4 })
})

test('records of other sections are no answer', () => {
  const text = `${header('NXDOMAIN')}\n;; AUTHORITY SECTION:\ncluster.local.\t30\tIN\tA\t10.0.0.1\n${footer}`
  assert.equal(parseDig(text, 'A'), { rcode: 'NXDOMAIN', answers: [], ms: 4 })
})

test('the answer to the second try is the answer', () => {
  const lost = ';; communications error to 10.96.0.10#53: timed out\n'
  const text = `${lost}${header('NOERROR')}\n;; ANSWER SECTION:\nexample.com.\t30\tIN\tA\t203.0.113.20\n${footer}`
  assert.equal(parseDig(text, 'A'), { rcode: 'NOERROR', answers: ['203.0.113.20'], ms: 4 })
})

test('an answer cut off after its records', () => {
  const text = `${header('NOERROR')}\n;; ANSWER SECTION:\nexample.com.\t30\tIN\tA\t203.0.113.20`
  assert.equal(parseDig(text, 'A'), { rcode: 'NOERROR', answers: ['203.0.113.20'] })
})

const silences = [
  [';; connection timed out; no servers could be reached', 'timeout'],
  [';; communications error to 10.96.0.99#53: timed out\n\n;; no servers could be reached', 'timeout'],
  [';; Connection to 10.96.0.99#53(10.96.0.99) for example.com failed: timed out.', 'timeout'],
  [';; communications error to 172.31.77.11#53: connection refused', 'refused'],
  [';; Connection to 172.31.77.11#53(172.31.77.11) for example.com failed: connection refused.', 'refused'],
  [';; Connection to 172.31.77.99#53(172.31.77.99) for example.com failed: host unreachable.', 'unreachable'],
  [';; UDP setup with fd00::1#53(fd00::1) for example.com failed: network unreachable.', 'unreachable'],
  [';; communications error to 127.0.0.1#20055: end of file', 'closed'],
  [';; communications error to 127.0.0.1#20055: connection reset', 'closed'],
  [';; communications error to 10.96.0.10#53: connection refused, name timeout.example.com', 'refused'],
] as const

for (const [text, silence] of silences) {
  test(`${silence}: ${text}`, () => assert.equal(parseDig(text, 'A'), { silence }))
}

test('a name is not taken for a reason', () => {
  assert.is(parseDig('; <<>> DiG 9.18 <<>> -q i-o-timeout.eof.example.com. @10.96.0.10', 'A'), undefined)
})

test('what is no output of dig is no observation', () => {
  assert.is(parseDig('Illegal instruction', 'A'), undefined)
  assert.is(parseDig('', 'A'), undefined)
})

test.run()
