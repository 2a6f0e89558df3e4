import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CorefileError } from '../../src/corefile/error.ts'
import { parseCorefile } from '../../src/corefile/parse.ts'
import { errorOf, plugins, shape, shapes, zones } from './shape.ts'

const keys = (text: string) => parseCorefile(text).blocks.map(block => block.keys.map(key => key.text))

test('several keys, on one line or over lines after a comma', () => {
  assert.equal(keys('a.org b.org {\n}\n'), [['a.org', 'b.org']])
  assert.equal(keys('a.org,\nb.org,\n\nc.org {\n}\n'), [['a.org,', 'b.org,', 'c.org']])
  assert.equal(keys('a.org, b.org\n{\n}\n'), [['a.org,', 'b.org']])
})

test('blocks may follow each other on one line, and the brace may open on the next', () => {
  assert.equal(keys('a {\n log\n} b\n{\n log\n}\n'), [['a'], ['b']])
  assert.equal(plugins('a { log\n}\nb { }\n'), [['log']])
})

test('the form without braces takes the rest of the file', () => {
  const [block] = parseCorefile('.\nlog\ncache 30 {\n success 1\n}\nerrors\n').blocks
  assert.equal(shapes(block), [['log'], ['cache', '30', [['success', '1']]], ['errors']])
  assert.equal([block?.open, block?.close], [null, null])
})

test('without an opening brace a } ends the block all the same', () => {
  assert.equal(keys('a\nlog\n}\nb {\n log\n}\n'), [['a'], ['b']])
})

test('a lone key is a server, an empty file and a comment are none', () => {
  assert.equal(keys('a.org'), [['a.org']])
  assert.equal(keys(''), [])
  assert.equal(keys('# nothing\n'), [])
  assert.equal(keys('{\n log\n}\n'), [])
})

test('a second } at the end is a server of that name', () => {
  assert.equal(keys('. {\n log\n}\n}\n'), [['.'], ['}']])
})

test('a missing last } passes when the last plugin ends with one', () => {
  assert.equal(plugins('. {\n log {\n class error\n }\n'), [['log', [['class', 'error']]]])
})

test('quotes make no difference to braces, keys and names', () => {
  assert.equal(plugins('"a.org" "{"\n "log"\n"}"\n'), [['log']])
  assert.equal(keys('"" a.org {\n}\n'), [['a.org']])
})

test('options nest to any depth', () => {
  assert.equal(plugins('. {\n a b {\n  c {\n   d e {\n    f\n   }\n  }\n  g\n }\n}\n'), [
    ['a', 'b', [['c', [['d', 'e', [['f']]]]], ['g']]],
  ])
  const depth = 5000
  const deep = `. {\n a ${'{\n b '.repeat(depth)}{\n${'}\n'.repeat(depth + 1)}}\n`
  assert.is(parseCorefile(deep).blocks.length, 1)
})

test('a } may stand behind the last option', () => {
  assert.equal(plugins('. {\n forward . 1.1.1.1 {\n max_concurrent 10 }\n}\n'), [
    ['forward', '.', '1.1.1.1', [['max_concurrent', '10']]],
  ])
})

test('a { on the next line belongs to the plugin before it, and so does what stands after its }', () => {
  const [first] = parseCorefile('. {\n log\n {\n class error\n } cache 30\n errors\n}\n').blocks[0]?.directives ?? []
  assert.equal(first && shape(first), ['log', [['class', 'error']]])
  assert.equal(first?.extra.map(shape), [['cache', '30']])
})

test('start and end hold the whole of a block and of a directive', () => {
  const text = '# c\n. {\n forward . 1.1.1.1 {\n  force_tcp\n } # c\n cache 30\n} # c\na.org\nlog\n'
  const { blocks } = parseCorefile(text)
  const slice = ({ start, end }: { start: number; end: number }) => text.slice(start, end)
  assert.equal(blocks.map(slice), ['. {\n forward . 1.1.1.1 {\n  force_tcp\n } # c\n cache 30\n}', 'a.org\nlog'])
  assert.equal(blocks[0]?.directives.map(slice), ['forward . 1.1.1.1 {\n  force_tcp\n }', 'cache 30'])
})

test('the statements are the text as it is written', () => {
  const text = '(s) {\n log\n cache {\n  success 1\n }\n}\nimport custom/*.server\n. {\n import s\n errors\n}\n'
  const statements = parseCorefile(text).statements.map(statement => {
    if (statement.kind === 'import') return shape(statement.directive)
    return statement.kind === 'snippet' ? statement.body.map(shape) : shapes(statement.block)
  })
  assert.equal(statements, [
    [['log'], ['cache', [['success', '1']]]],
    ['import', 'custom/*.server'],
    [['import', 's'], ['errors']],
  ])
})

test('zones that cannot be read are left out', () => {
  assert.equal(zones(parseCorefile('a..b c.org {\n}\n')), [['dns://c.org.:53']])
})

const errors = {
  '. {\n log\n\n  errors\n': 'Corefile:4:3: the block opened on line 1 is never closed',
  '. {\n log {\n  class error\n': 'Corefile:3:9: the block opened on line 2 is never closed',
  '. { log }\n': 'Corefile:1:9: this } must stand in a line of its own',
  'a.org, {\n}\n': 'Corefile:1:8: a server name is expected after the comma, not {',
  'a.org,': 'Corefile:1:1: a server name is expected after the comma, but the file ends',
  '. {\n {\n }\n}\n': 'Corefile:2:2: the name of a plugin is expected, not {',
  '. {\r log\r}': 'Corefile:1:6: the block opened on line 1 is never closed',
}

for (const [text, message] of Object.entries(errors))
  test(`${JSON.stringify(text)}: ${message}`, () => {
    assert.is(errorOf(text), message)
  })

test('an error has its place apart from its message', () => {
  try {
    parseCorefile('. {\n log {\n', { path: '/srv/dns/Corefile' })
    assert.unreachable()
  } catch (error) {
    assert.instance(error, CorefileError)
    const { file, line, column, name, message } = error as CorefileError
    assert.equal([file, line, column, name], ['/srv/dns/Corefile', 2, 6, 'CorefileError'])
    assert.is(message, 'Corefile:2:6: the block opened on line 2 is never closed')
  }
})

test.run()
