import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { addPlugin, type EditOptions } from '../../src/corefile/edit.ts'
import { parseCorefile } from '../../src/corefile/parse.ts'
import { replacedUpstream } from '../../src/criteria/stock-corefile.ts'
import { kubeadm131, kubeadm132, stock } from './stock.ts'

type Plugin = 'loop' | 'reload' | 'ready'
const all = ['loop', 'reload', 'ready'] as const

function edit(text: string, plugin: Plugin, options?: EditOptions) {
  const made = addPlugin(text, plugin, options)
  if ('refused' in made) throw new Error(made.refused)
  return made
}

function refusal(text: string, plugin: Plugin, options?: EditOptions): string {
  const made = addPlugin(text, plugin, options)
  return 'refused' in made ? made.refused : `not refused: ${made.text}`
}

for (const plugin of all)
  test(`${plugin} comes back where kubeadm and kind have it, and stands once`, () => {
    for (const text of [kubeadm131, kubeadm132, stock.kind ?? '']) {
      const without = text.replace(`    ${plugin}\n`, '')
      assert.is.not(without, text)
      assert.is(edit(without, plugin).text, text)
      assert.equal(edit(text, plugin), { text, notes: [] })
    }
  })

test('where nothing follows it is the last', () => {
  assert.is(edit('. {\r\n\terrors # a\r\n\t# b\r\n}', 'loop').text, '. {\r\n\terrors # a\r\n\tloop\r\n\t# b\r\n}')
})

test('a Corefile that becomes stock by it keeps its upstream', () => {
  const text = kubeadm131.replace('/etc/resolv.conf', '10.0.0.53')
  assert.is(replacedUpstream(parseCorefile(text)), '10.0.0.53')
  assert.equal(edit(text, 'loop'), { text, notes: [] })
  const { text: result, notes } = edit(text.replace('    loop\n', ''), 'loop')
  assert.is(result, text.replace('concurrent 1000\n', 'concurrent 1000\n       policy sequential\n'))
  assert.is(replacedUpstream(parseCorefile(result)), null)
  assert.match(notes.join(), 'kubeadm upgrade')
})

test('loop looks at one server block, ready and reload serve the process', () => {
  const block = (bind: string, more = '') => `. {\n bind ${bind}\n${more}}\n`
  const text = block('10.0.0.1', ' loop\n ready\n reload\n') + block('10.0.0.2')
  assert.is(edit(text, 'loop').text, text.replace('10.0.0.2\n', '10.0.0.2\n loop\n'))
  assert.is(edit(text, 'ready').text, text)
  assert.is(edit(text, 'reload').text, text)
  const none = block('10.0.0.1') + block('10.0.0.2')
  assert.is(edit(none, 'ready').text, none.replace('10.0.0.1\n', '10.0.0.1\n ready\n'))
})

test('what an import brings counts; where it was not seen, nothing is added', () => {
  const text = '(s) {\n loop\n}\n. {\n import s\n import custom/*.override\n}\n'
  const files = new Map([['/etc/coredns/custom/a.override', 'reload\n']])
  assert.is(edit(text, 'loop').text, text)
  assert.is(edit(text, 'reload', { files }).text, text)
  assert.is(refusal(text, 'reload'), 'whether import custom/*.override brings reload was not seen')
  assert.match(edit(text, 'ready', { files }).text, 'override\n ready\n}')
})

test('a server block in another file is not changed', () => {
  const files = new Map([['/etc/coredns/a.server', '. {\n errors\n}\n']])
  assert.match(refusal('import a.server\n', 'loop', { files }), 'the server block . is imported')
})

test('refused with its reason', () => {
  assert.is(refusal('a.org {\n}\n', 'loop'), 'no server block answers . on port 53')
  assert.is(refusal('. {\n}\n', 'ready', { version: '1.4.0' }), 'CoreDNS 1.4.0 has no plugin ready')
  assert.match(refusal('. {\n', 'loop'), 'the Corefile does not parse: line 1: ')
})

test.run()
