import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { edit, refusal, two } from './edits.ts'

const line = (body: string) => `.:53 {\n    ${body}\n    cache 30\n}\n`

test('of several the one that answers is changed, and this is said', () => {
  const text = '. {\n forward a.org 10.1.1.1\n forward . 1.1.1.1\n forward . 8.8.8.8\n}\n'
  const { text: result, notes } = edit(text)
  assert.is(result, text.replace('. 1.1.1.1', `. ${two.join(' ')}`))
  assert.match(notes.join(), 'has 2 forwards for .; the one on line 3 answers')
})

test('other zones of the same block are named', () => {
  const { notes } = edit('.:53 example.org {\n forward . 1.1.1.1\n}\n')
  assert.match(notes.join(), 'answers for example.org.')
})

test('every block that answers is changed, and no other', () => {
  const block = (key: string, bind: string, to: string) => `${key} {\n bind ${bind}\n forward . ${to}\n}\n`
  const rest = `${block('a.org', '10.0.0.1', '1.1.1.1')}${block('.:54', '10.0.0.1', '1.1.1.1')}`
  const text = block('.', '10.0.0.1', '1.1.1.1') + rest + block('.', '10.0.0.2', '1.1.1.1')
  assert.is(edit(text).text, block('.', '10.0.0.1', two.join(' ')) + rest + block('.', '10.0.0.2', two.join(' ')))
})

test('a snippet is edited when only this block imports it', () => {
  const text = '(up) {\n forward . 1.1.1.1 # c\n}\n. {\n import up\n}\n'
  assert.is(edit(text).text, text.replace('1.1.1.1', two.join(' ')))
  assert.match(refusal(`${text}a.org {\n import up\n}\n`), 'snippet (up), which is imported 2 times')
})

const custom = (content: string) => ({ files: new Map([['/etc/coredns/custom/a.override', content]]) })

test('a forward in another file is refused, with that file', () => {
  const text = '. {\n import custom/*.override\n cache\n}\n'
  assert.match(refusal(text, two, custom('forward . 1.1.1.1')), 'stands in /etc/coredns/custom/a.override')
  assert.match(refusal(text), 'whether import custom/*.override brings a forward was not seen')
  assert.match(edit(text, two, custom('log')).text, `custom/*.override\n forward . ${two.join(' ')}\n cache`)
  assert.match(refusal('import *.server\n'), 'no server block answers .')
  assert.match(refusal('. {\n import custom/*\n}\n', two, custom('}')), 'the server block . ends in what it imports')
})

test('an import before the forward that was not seen is named', () => {
  const body = (first: string, second: string) => `. {\n ${first}\n ${second}\n}\n`
  const forward = 'forward . 1.1.1.1'
  assert.match(edit(body('import *.override', forward)).notes.join(), 'import *.override stands before forward')
  assert.equal(edit(body(forward, 'import *.override')).notes, [])
  assert.equal(edit(body('import custom/*.override', forward), two, custom('log')).notes, [])
})

const refusals: Readonly<Record<string, readonly [text: string, upstreams: readonly string[], reason: string]>> = {
  'does not parse': [
    '. {\n errors\n',
    two,
    'the Corefile does not parse: line 2: the block opened on line 1 is never closed',
  ],
  'no block for .': ['a.org {\n}\n', two, 'no server block answers . on port 53'],
  'no upstream': [line('errors'), [], 'no upstream is given'],
  'a word that is none': [line('errors'), ['10.0.0.1 {'], 'forward cannot take 10.0.0.1 { as its upstream'],
  'a comment': [line('errors'), ['10.0.0.1', '#'], 'forward cannot take # as its upstream'],
  'a variable': [line('errors'), ['{$UP}'], 'forward cannot take {$UP} as its upstream'],
  'a line end': [line('errors'), ['10.0.0.1\n}'], 'forward cannot take 10.0.0.1\n} as its upstream'],
  'too many': [
    line('errors'),
    Array.from({ length: 16 }, (_, at) => `10.0.0.${at}`),
    'forward takes 15 upstreams at most, and here are 16',
  ],
  'an open quote': ['. {\n errors\n} "', two, 'the last quote in the Corefile is never closed'],
  'zone in a variable': [line('forward {$ZONE} 1.1.1.1'), two, 'the zone of forward on line 2 is a variable'],
  'broken elsewhere': [
    line('forward . 1.1.1.1\n    nonsense!'),
    two,
    'CoreDNS would still refuse this Corefile: line 3: CoreDNS has no plugin nonsense!; is a } missing above?',
  ],
}

for (const [name, [text, upstreams, reason]] of Object.entries(refusals))
  test(`refused: ${name}`, () => {
    assert.is(refusal(text, upstreams), reason)
  })

test('what a version does not take is refused', () => {
  assert.match(refusal(line('errors'), ['dns.corp'], { version: '1.11.3' }), 'only from CoreDNS 1.14.4 on')
  const other = line('forward a.org 1.1.1.1')
  assert.match(refusal(other, two, { version: '1.8.0' }), 'CoreDNS before 1.9.4 takes one forward')
  assert.match(edit(other, two, { version: '1.9.4' }).text, `forward . ${two.join(' ')}`)
})

test('a forward that CoreDNS refused is repaired', () => {
  const text = line('forward . nowhere!')
  assert.is(edit(text, two, { version: '1.11.3' }).text, line(`forward . ${two.join(' ')}`))
})

test.run()
