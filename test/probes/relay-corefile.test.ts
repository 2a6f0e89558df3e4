import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseCorefile } from '../../src/corefile/parse.ts'
import type { Directive, ServerBlock } from '../../src/corefile/types.ts'
import { validateCorefile } from '../../src/corefile/validate.ts'
import type { Ask } from '../../src/probes/prober.ts'
import { hostPort, relayCorefile } from '../../src/probes/relay-corefile.ts'
import { questions, targets, upstream } from '../observations.ts'

const test = suite('Corefile of the relay')

const fd = upstream('fd00::a')
const odd = { ...upstream('10.0.0.53'), port: 5353 }
const asks: readonly Ask[] = [...targets, fd, odd].flatMap(to => [
  { to, protocol: 'udp', questions },
  { to, protocol: 'tcp', questions },
])
const blocks = parseCorefile(relayCorefile(asks, 20053)).blocks
const plugin = (block: ServerBlock | undefined, name: string): Directive => {
  const [one, another] = block?.directives.filter(d => d.name.text === name) ?? []
  assert.ok(one && !another, `one ${name}`)
  return one as Directive
}
const args = (directive: Directive) => directive.args.map(a => a.text)

for (const version of ['1.3.1', '1.6.2', '1.8.0', '1.10.1', '1.14.7']) {
  test(`CoreDNS ${version} takes it`, () =>
    assert.equal(validateCorefile(parseCorefile(relayCorefile(asks, 20053)), version), []))
}

test('one server block for each ask, each on a port of its own, for all names', () => {
  assert.equal(
    blocks.map(b => b.zones.map(z => `${z.transport} ${z.zone} ${z.port}`)),
    asks.map((_, i) => [`dns . ${20053 + i}`]),
  )
})

test('only the loopback is listened on', () => {
  for (const block of blocks) assert.equal(args(plugin(block, 'bind')), ['127.0.0.1'])
})

test('each passes on to its target alone, over its protocol', () => {
  const forwards = blocks.map(block => plugin(block, 'forward'))
  assert.equal(
    forwards.map(args),
    asks.map(({ to }) => ['.', hostPort(to.address, to.port)]),
  )
  assert.equal(
    forwards.map(f => f.block?.some(o => o.name.text === 'force_tcp')),
    asks.map(a => a.protocol === 'tcp'),
  )
  assert.equal(
    forwards.map(f => f.block?.some(o => o.name.text === 'prefer_udp')),
    asks.map(a => a.protocol === 'udp'),
  )
})

test('nothing answers in place of the target', () => {
  const names = blocks.map(b => b.directives.map(d => d.name.text).join(' '))
  assert.equal([...new Set(names)], ['bind errors log forward'])
})

test('an IPv6 address stands in brackets', () => {
  assert.is(hostPort('fd00::a', 53), '[fd00::a]:53')
  assert.is(hostPort('10.0.0.53', 5353), '10.0.0.53:5353')
})

test('nothing to ask, no block', () => assert.is(relayCorefile([], 20053), ''))

test.run()
