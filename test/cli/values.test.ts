import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../src/run.ts'
import { memoryIo } from '../io.ts'
import { refusal } from './refusal.ts'

const test = suite('values of flags')

const values: readonly [flag: string, value: string, why: string][] = [
  ['nodes', '', 'says no node'],
  ['nodes', '0', 'is no number of nodes'],
  ['nodes', '-3', 'is no number of nodes'],
  ['nodes', '1.5', 'is no number of nodes'],
  ['nodes', '1000000', 'is more nodes than any cluster has'],
  ['nodes', 'w1,,w2', 'has an empty word'],
  ['nodes', 'w1,', 'has an empty word'],
  ['nodes', 'W1', 'cannot be: "W1" is no name of a node'],
  ['nodes', 'w1,w 2', 'cannot be: "w 2" is no name of a node'],
  ['nodes', '=gpu', 'cannot be: "" is no label'],
  ['nodes', 'pool!=gpu', 'cannot be: "pool!" is no label'],
  ['nodes', 'Example/pool', 'cannot be: "Example/pool" is no label'],
  ['nodes', `${'a'.repeat(64)}=x`, `cannot be: "${'a'.repeat(64)}" is no label`],
  ['nodes', 'pool=a=b', 'cannot be: "a=b" is no value of a label'],
  ['nodes', 'pool=-', 'cannot be: "-" is no value of a label'],
  ['nodes', 'pool=a,pool=b', 'names the label pool twice'],
  ['image', '', 'is no image'],
  ['image', 'busy box', 'is no image'],
  ['image', 'BusyBox', 'is no image'],
  ['image', 'https://r.example/a', 'is no image'],
  ['image', 'busybox:', 'is no image'],
  ['image', 'busybox@sha256:12', 'is no image'],
  ['wait', '', 'is not a length of time'],
  ['wait', '-5s', 'is not a length of time'],
  ['wait', 'soon', 'is not a length of time'],
  ['wait', '25h', 'is more than a day'],
  ['timeout', '2 m', 'is not a length of time'],
  ['timeout', '0', 'is too short: Pods need some seconds to start; 10s is the least'],
  ['timeout', '9s', 'is too short: Pods need some seconds to start; 10s is the least'],
  ['timeout', '31m', 'is too long for one round: 30m is the most'],
]
const repairs: readonly [flag: string, value: string, why: string][] = [
  ['upstream', '', 'says no server'],
  ['upstream', '10.0.0.2,', 'has an empty word'],
  ['upstream', 'dns.example', 'cannot be: "dns.example" is no IP address, alone or with :PORT'],
  ['upstream', '10.0.0', 'cannot be: "10.0.0" is no IP address, alone or with :PORT'],
  ['upstream', '10.0.0.2#53', 'cannot be: "10.0.0.2#53" is no IP address, alone or with :PORT'],
  ['upstream', '10.0.0.2:', 'cannot be: "10.0.0.2:" is no IP address, alone or with :PORT'],
  ['upstream', '10.0.0.2,10.0.0.3:0', 'cannot be: the port of 10.0.0.3:0 is not between 1 and 65535'],
  ['upstream', '[fd00::2]:65536', 'cannot be: the port of [fd00::2]:65536 is not between 1 and 65535'],
  ['upstream', 'tls://10.0.0.2', 'cannot be: "tls://10.0.0.2" is no IP address, alone or with :PORT'],
  ['stub-domain', '', 'has no domain in front: a name is missing'],
  ['stub-domain', '=10.0.0.2', 'has no domain in front: a name is missing'],
  ['stub-domain', '.=10.0.0.2', 'has no domain in front: a name is missing'],
  ['stub-domain', 'a b=10.0.0.2', 'has no domain in front: the character " " is not allowed in a name'],
  ['stub-domain', 'corp.example', 'says no server'],
  ['stub-domain', 'corp.example=', 'says no server'],
  ['stub-domain', 'corp.example=10.0.0.2,,10.0.0.3', 'has an empty word'],
  ['stub-domain', 'corp.example=dns', 'cannot be: "dns" is no IP address, alone or with :PORT'],
  ['timeout', '9s', 'is too short: Pods need some seconds to start; 10s is the least'],
]
for (const [flag, value, why] of repairs) {
  test(`refused: fix --${flag} ${JSON.stringify(value)}`, () => {
    const { message, hint, code, exitCode } = refusal(['fix', `--${flag}`, value])
    assert.equal([message, code, exitCode], [`--${flag} ${JSON.stringify(value)} ${why}.`, `${flag}-invalid`, 2])
    assert.match(hint, /^Write /)
  })
}

test('a code that there is not is told with the nearest one', () => {
  const { message, hint, code } = refusal(['fix', 'UpstreamLopback'])
  assert.equal(
    [message, code, hint],
    [
      'There is no code "UpstreamLopback".',
      'code-unknown',
      'Did you mean UpstreamLoopback? All codes: kubectl dnsfix explain',
    ],
  )
})

for (const [flag, value, why] of values) {
  test(`refused: --${flag} ${JSON.stringify(value)}`, () => {
    const { message, hint, code, exitCode } = refusal(['verify', `--${flag}`, value])
    assert.equal([message, code, exitCode], [`--${flag} ${JSON.stringify(value)} ${why}.`, `${flag}-invalid`, 2])
    assert.match(hint, /^Write /)
  })
}

test('an error is data on stdout where JSON is asked for; for JUnit, as for people, it is words on stderr', async () => {
  const told = async (output: string) => {
    const io = memoryIo()
    assert.is(await run(['verify', '--nodes', '0', '-o', output], io), 2)
    return io
  }
  const json = await told('json')
  assert.equal([JSON.parse(json.out()).code, json.err()], ['nodes-invalid', ''])
  const junit = await told('junit')
  assert.is(junit.out(), '')
  assert.match(junit.err(), /^error: --nodes "0" is no number of nodes\.\nhint: Write a number/)
})

test.run()
