import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseCorefile } from '../../src/corefile/parse.ts'
import { replacedUpstream } from '../../src/criteria/stock-corefile.ts'
import { kubeadm131, stock } from '../corefile/stock.ts'

const test = suite('stock Corefiles of kubeadm')

const replaced = (text: string): string | null => replacedUpstream(parseCorefile(text))

const forwarding = (to: string): string => kubeadm131.replace('/etc/resolv.conf', to)

test('the one of 1.31 is replaced, those of others are not', () => {
  const found = Object.entries(stock).filter(([, text]) => replaced(text) !== null)
  assert.equal(
    found.map(([name]) => name),
    ['kubeadm131'],
  )
})

test('a lone upstream does not save it, two do', () => {
  assert.is(replaced(kubeadm131), '/etc/resolv.conf')
  assert.is(replaced(forwarding('10.0.0.2')), '10.0.0.2')
  assert.is(replaced(forwarding('10.0.0.2:5353')), '10.0.0.2:5353')
  assert.is(replaced(forwarding('10.0.0.2 10.0.0.3')), null)
})

// Each of these was given to corefile-migration 1.0.29 itself.
for (const [name, text, expected] of [
  [
    'a comment and another order',
    `# ours\n${kubeadm131.replace('    errors\n', '').replace('loop\n', 'loop\n    errors\n')}`,
    true,
  ],
  ['another cluster domain', kubeadm131.replaceAll('cluster.local', 'corp.local'), true],
  ['no reverse zones for kubernetes', kubeadm131.replace('cluster.local in-addr.arpa ip6.arpa', 'cluster.local'), true],
  ['no max_concurrent, as in 1.18', kubeadm131.replace(/ \{\n\s+max_concurrent 1000\n\s+\}/, ''), true],
  ['another cache time', kubeadm131.replace('cache 30', 'cache 60'), false],
  ['a policy', kubeadm131.replace('max_concurrent 1000', 'max_concurrent 1000\n       policy sequential'), false],
  ['another plugin', kubeadm131.replace('loop\n', 'loop\n    log\n'), false],
  ['no loop', kubeadm131.replace('    loop\n', ''), false],
  ['a stub domain', `${kubeadm131}corp.example:53 {\n    forward . 10.1.1.1\n}\n`, false],
  ['a key without port', kubeadm131.replace('.:53', '.'), false],
  ['an import', `import custom/*.server\n${kubeadm131}`, false],
] as const) {
  test(`${name}: ${expected ? 'replaced' : 'kept'}`, () => assert.is(replaced(text) !== null, expected))
}

test.run()
