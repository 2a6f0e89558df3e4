import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type EditOptions, setStubDomains } from '../../src/corefile/edit.ts'
import { parseCorefile } from '../../src/corefile/parse.ts'
import { upstreamsOf } from '../../src/corefile/upstreams.ts'
import { aks, k3s, nodeLocal, openShift, stock } from './stock.ts'

type Domains = Readonly<Record<string, readonly string[]>>

const corp: Domains = { 'corp.example': ['10.0.0.53', '10.0.0.54'] }

function edit(text: string, domains = corp, options?: EditOptions) {
  const made = setStubDomains(text, domains, options)
  if ('refused' in made) throw new Error(made.refused)
  return made
}

function refusal(text: string, domains = corp, options?: EditOptions): string {
  const made = setStubDomains(text, domains, options)
  return 'refused' in made ? made.refused : `not refused: ${made.text}`
}

const block = (indent = '    ', lineEnd = '\n', key = 'corp.example:53') =>
  [`${key} {`, ...['errors', 'cache 30', 'forward . 10.0.0.53 10.0.0.54'].map(l => indent + l), '}', ''].join(lineEnd)

for (const [name, text] of Object.entries(stock))
  test(`${name}: a server block at the end answers for the domain`, () => {
    const result = edit(text).text
    assert.is(result, text + block())
    const found = upstreamsOf(parseCorefile(result), 'www.corp.example').find(each =>
      each.block.keys[0]?.text.endsWith(':53'),
    )
    assert.equal(
      found?.targets.map(({ token }) => token.text),
      corp['corp.example'],
    )
    assert.is(edit(result).text, result)
  })

test('the layout is that of the file', () => {
  assert.is(edit('. {\r\n\terrors\r\n}').text, `. {\r\n\terrors\r\n}\r\n${block('\t', '\r\n')}`)
  assert.is(edit('. {\n  errors\n}\n# end').text, `. {\n  errors\n}\n# end\n${block('  ')}`)
  assert.is(edit('').text, block())
})

test('several domains, one of them there already', () => {
  const text = '. {\n errors\n}\na.org {\n  forward . 1.1.1.1 { # old\n  max_fails 2\n }\n bind 10.0.0.1\n}\n'
  const result = edit(text, { 'A.org.': ['10.0.0.1'], 'b.org': ['10.0.0.2:54'] }).text
  const added = 'b.org:53 {\n errors\n cache 30\n forward . 10.0.0.2:54\n}\n'
  assert.is(result, text.replace('1.1.1.1', '10.0.0.1') + added)
})

test('the port is the one the Service sends to', () => {
  const result = edit(openShift, { 'lan.example': ['10.0.0.53', '10.0.0.54'] }, { listen: '5353' }).text
  assert.is(result, openShift + block('    ', '\n', 'lan.example:5353'))
  assert.match(refusal(openShift, corp, { listen: '5353' }), 'it answers for other zones too')
})

test('server blocks that were not seen are named', () => {
  for (const text of [aks, k3s]) assert.match(edit(text).notes.join(), '*.server brings was not seen')
  assert.equal(edit(k3s, corp, { files: new Map() }).notes, [])
})

test('a server block for the domain in another file is refused, with that file', () => {
  const files = new Map([['/etc/coredns/custom/a.server', 'corp.example {\n forward . 1.1.1.1\n}\n']])
  assert.match(refusal(k3s, corp, { files }), 'stands in /etc/coredns/custom/a.server')
})

const own = (body: string, key = 'corp.example') => `${key} {\n ${body}\n}\n`
const refusals: Readonly<Record<string, readonly [text: string, domains: Domains, reason: string]>> = {
  'other purposes': [own('hosts\n forward . 1.1.1.1'), corp, 'it does more than forward: hosts on line 2'],
  'other zones': [own('forward . 1.1.1.1', 'corp.example b.org'), corp, 'it answers for other zones too'],
  'no forward': [own('errors'), corp, 'on line 1 is left alone: it has no forward'],
  'several forwards': [own('forward . 1.1.1.1\n forward . 8.8.8.8'), corp, 'it has more than one forward'],
  'several blocks': [
    own('bind 10.0.0.1\n forward . 1.1.1.1') + own('bind 10.0.0.2\n forward . 1.1.1.1'),
    corp,
    'there are several of it',
  ],
  'no braces': ['.\nerrors\n', corp, 'the last server block is not closed by a } of its own'],
  'does not parse': ['. {\n', corp, 'the Corefile does not parse: line 1: '],
  'the root': [k3s, { '.': ['10.0.0.1'] }, 'the empty name is no domain that can have upstreams of its own'],
  'no name': [k3s, { 'a b': ['10.0.0.1'] }, 'a b is no domain'],
  'a brace': [k3s, { '{': ['10.0.0.1'] }, '{ is no domain'],
  twice: [k3s, { 'a.org': ['10.0.0.1'], 'A.ORG.': ['10.0.0.1'] }, 'a.org is given twice'],
  'no upstream': [k3s, { 'a.org': [] }, 'a.org: no upstream is given'],
  'a bad upstream': [k3s, { 'a.org': ['10.0.0.1 }'] }, 'a.org: forward cannot take 10.0.0.1 } as its upstream'],
  'the cluster domain': [k3s, { 'cluster.local': ['10.0.0.1'] }, 'cluster.local holds names of the cluster'],
  'above the cluster domain': [k3s, { local: ['10.0.0.1'] }, 'which kubernetes on line 5 answers'],
  'below the cluster domain': [k3s, { 'svc.cluster.local': ['10.0.0.1'] }, 'holds names of the cluster'],
}

for (const [name, [text, domains, reason]] of Object.entries(refusals))
  test(`refused: ${name}`, () => {
    assert.match(refusal(text, domains), reason)
  })

test('a reverse zone and a zone above one that has its own block', () => {
  assert.match(edit(k3s, { '10.in-addr.arpa': ['10.0.0.1'] }).text, '\n10.in-addr.arpa:53 {\n')
  const split = '. {\n errors\n}\ncluster.local {\n kubernetes\n}\n'
  assert.match(edit(split, { local: ['10.0.0.1'] }).text, '\nlocal:53 {\n')
})

test('no domains: no change', () => {
  assert.equal(edit(nodeLocal, {}), { text: nodeLocal, notes: [] })
})

test.run()
