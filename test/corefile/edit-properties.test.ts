import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { addPlugin, type Edited, setForward, setStubDomains } from '../../src/corefile/edit.ts'
import { parseCorefile } from '../../src/corefile/parse.ts'
import { upstreamsOf } from '../../src/corefile/upstreams.ts'
import { anyText, corefileText, wordSoup } from './generate.ts'

const pick = (...words: string[]) => fc.constantFrom(...words)
const upstreams = fc.uniqueArray(pick('10.0.0.1', '10.0.0.2:54', '[fd00::1]:53', 'tls://10.0.0.3', '/etc/up.conf'), {
  minLength: 1,
})

const plugins = fc.uniqueArray(
  pick(
    'errors',
    'log',
    'health',
    'cache 30',
    'loop',
    'reload',
    'loadbalance',
    'import shared',
    'hosts {\r\n ttl 5 # five\n }',
  ),
)
const target = pick('1.1.1.1', '"8.8.8.8"', '9.9.9.9#hidden', '{$UP}', '/etc/resolv.conf', '10.0.0.1')
const option = pick('max_concurrent 1000', 'policy random # why', '# nothing', 'except a.org b.org')
const forward = fc
  .tuple(
    fc.array(target, { minLength: 1, maxLength: 4 }),
    pick(' ', '\t', '  '),
    fc.option(fc.array(option, { maxLength: 3 })),
  )
  .map(([to, gap, options]) => {
    const block = options ? ` {\n${options.map(each => `  ${each}\n`).join('')} }` : ''
    return `forward .${gap}${to.join(gap)}${block}`
  })

const block = fc
  .tuple(pick('.', '.:53', 'a.org, .', '. example.org {'), plugins, fc.option(forward), fc.nat(9), pick('', ' ', '\t'))
  .chain(([key, some, to, at, indent]) => {
    const lines = to === null ? some : some.toSpliced(at % (some.length + 1), 0, to)
    return fc
      .array(pick('\n', '\r\n', ' # c\n', '\n\n', '\n# own\n'), { minLength: lines.length, maxLength: lines.length })
      .map(ends => `${key.replace(' {', '')} {\n${lines.map((l, n) => indent + l + ends[n]).join('')}}`)
  })

/** Corefiles with one server block for `.` that CoreDNS accepts. */
const acceptable = fc
  .tuple(
    pick('', '# head\r\n', '\ufeff'),
    block,
    pick('', '\n', '\r\n# tail', '\nb.org:1053 {\n forward . 1.1.1.1\n}\n'),
  )
  .map(([head, body, tail]) => `${head}(shared) {\n prometheus :9153 # here\n}\n${body}${tail}`)

function textOf(made: Edited): string {
  if ('refused' in made) throw new Error(made.refused)
  return made.text
}

const targetsOf = (text: string, zone = '.') =>
  upstreamsOf(parseCorefile(text), zone).map(({ targets }) => targets.map(({ token }) => token.text))

/** What of `before` is not in `after`, once what both begin with and end with is taken away. */
function lost(before: string, after: string): string {
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start++
  let end = 0
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++
  return before.slice(start, before.length - end)
}

test('setForward: the new upstreams are read back, and nothing else is lost', () => {
  fc.assert(
    fc.property(acceptable, upstreams, (text, wanted) => {
      const result = textOf(setForward(text, wanted))
      assert.equal(targetsOf(result), [wanted])
      const [old] = upstreamsOf(parseCorefile(text))
      const [first, last] = [old?.targets[0]?.token, old?.targets.at(-1)?.token]
      if (!first || !last) assert.is(lost(text, result), '')
      else assert.ok(result.startsWith(text.slice(0, first.start)) && result.endsWith(text.slice(last.end)))
      assert.is(textOf(setForward(result, wanted)), result)
    }),
    { numRuns: 500 },
  )
})

test('setStubDomains and addPlugin only add', () => {
  fc.assert(
    fc.property(acceptable, upstreams, pick('loop', 'reload', 'ready'), (text, wanted, plugin) => {
      const stub = textOf(setStubDomains(text, { 'corp.example': wanted }))
      assert.ok(stub.startsWith(text))
      assert.equal(targetsOf(stub, 'corp.example')[0], wanted)
      assert.is(textOf(setStubDomains(stub, { 'corp.example': wanted })), stub)
      const added = textOf(addPlugin(text, plugin as 'loop'))
      assert.is(lost(text, added), '')
      assert.is(parseCorefile(added).blocks[0]?.directives.filter(({ name }) => name.text === plugin).length, 1)
      assert.is(textOf(addPlugin(added, plugin as 'loop')), added)
    }),
    { numRuns: 500 },
  )
})

test('any text is edited or refused with a reason, in every version', () => {
  const version = fc.constantFrom('1.4.0', '1.9.3', '1.11.3', undefined)
  const dotted = wordSoup.map(text => `.:53 {\n${text}`)
  const text = fc.oneof(corefileText, wordSoup, anyText, dotted, acceptable)
  fc.assert(
    fc.property(text, upstreams, version, (before, wanted, known) => {
      const options = { version: known }
      for (const made of [
        setForward(before, wanted, options),
        setStubDomains(before, { 'corp.example': wanted }, options),
        addPlugin(before, 'loop', options),
        addPlugin(before, 'ready', { ...options, files: new Map() }),
      ])
        assert.ok('refused' in made ? made.refused !== '' : parseCorefile(made.text))
    }),
    { numRuns: 1500 },
  )
})

test('any word as upstream or domain is written so that it is read back, or refused', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, pick('{', '}', '"', '#', 'import', '.', 'a\\b')), word => {
      const forward = setForward('. {\n errors\n}\n', ['10.0.0.1', word])
      if (!('refused' in forward)) assert.equal(targetsOf(forward.text), [['10.0.0.1', word]])
      const stub = setStubDomains('. {\n errors\n}\n', { [word]: ['10.0.0.1'] })
      if (!('refused' in stub)) assert.equal(targetsOf(stub.text, word), [['10.0.0.1']])
    }),
    { numRuns: 500 },
  )
})

test.run()
