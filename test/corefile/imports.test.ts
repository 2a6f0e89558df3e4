import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseCorefile } from '../../src/corefile/parse.ts'
import type { ParseOptions } from '../../src/corefile/types.ts'
import { errorOf, plugins, shapes, zones } from './shape.ts'

const withFiles = (files: Record<string, string>): ParseOptions => ({ files: new Map(Object.entries(files)) })

test('a snippet stands for its body, as often as it is imported', () => {
  const text = '(s) {\n errors\n cache 30 {\n  success 1\n }\n}\na {\n import s\n log\n}\nb {\n import s\n}\n'
  const { blocks, snippets, imports } = parseCorefile(text)
  assert.equal(blocks.map(shapes), [
    [['errors'], ['cache', '30', [['success', '1']]], ['log']],
    [['errors'], ['cache', '30', [['success', '1']]]],
  ])
  assert.equal(
    snippets.map(({ name }) => name),
    ['s'],
  )
  assert.equal(
    imports.map(({ kind, keyword }) => [kind, keyword.line]),
    [
      ['snippet', 8],
      ['snippet', 12],
    ],
  )
  assert.equal(
    blocks[0]?.directives.map(({ name, from }) => [name.line, from?.keyword.line ?? null]),
    [
      [2, 8],
      [3, 8],
      [9, null],
    ],
  )
})

test('a snippet may hold options, keys, or whole server blocks', () => {
  assert.equal(plugins('(o) {\n force_tcp\n}\n. {\n forward . 1.1.1.1 {\n  import o\n }\n}\n'), [
    ['forward', '.', '1.1.1.1', [['force_tcp']]],
  ])
  assert.equal(zones(parseCorefile('(k) {\n a b\n}\nimport k\n{\n log\n}\n')), [['dns://a.:53', 'dns://b.:53']])
  assert.equal(zones(parseCorefile('(k) {\n a {\n  log\n }\n}\nimport k\n')), [['dns://a.:53']])
})

test('snippets import snippets', () => {
  const text = '(a) {\n log\n}\n(b) {\n import a\n errors\n}\n. {\n import b\n}\n'
  assert.equal(plugins(text), [['log'], ['errors']])
  const [log] = parseCorefile(text).blocks[0]?.directives ?? []
  assert.equal([log?.from?.target.text, log?.from?.from?.target.text, log?.from?.from?.from], ['a', 'b', null])
})

test('after a snippet that was defined later, CoreDNS takes the next line for arguments of its last plugin', () => {
  const text = '(a) {\n errors\n import b\n log\n}\n(b) {\n cache 30\n}\n. {\n import a\n}\n'
  const [, cache] = parseCorefile(text).blocks[0]?.directives ?? []
  assert.equal([cache?.name.text, cache?.extra[0]?.name.text], ['cache', 'log'])
})

test('import is a word like others when it does not begin a line', () => {
  assert.equal(plugins('. {\n log import x\n}\n'), [['log', 'import', 'x']])
})

test('a key in parentheses at the end of the file, or with others, is a key', () => {
  assert.equal(parseCorefile('(s)').blocks.length, 1)
  assert.equal(parseCorefile('(s) a.org {\n log\n}\n').snippets, [])
})

test('files are found relative to the Corefile, patterns in alphabetical order', () => {
  const files = withFiles({
    '/etc/coredns/custom/b.override': 'cache 30',
    '/etc/coredns/custom/a.override': 'log\nerrors # here\n',
    '/etc/coredns/custom/sub/c.override': 'loop',
    '/etc/coredns/custom/a.server': 'a.org {\n whoami\n}\n',
  })
  const corefile = parseCorefile('. {\n import custom/*.override\n}\nimport ./custom/?.server\n', files)
  assert.equal(corefile.blocks.map(shapes), [[['log'], ['errors'], ['cache', '30']], [['whoami']]])
  assert.equal(
    corefile.imports.map(({ kind, files }) => [kind, files]),
    [
      ['files', ['/etc/coredns/custom/a.override', '/etc/coredns/custom/b.override']],
      ['files', ['/etc/coredns/custom/a.server']],
    ],
  )
  assert.equal(corefile.sources.map(({ file }) => file).slice(1), [
    '/etc/coredns/custom/a.override',
    '/etc/coredns/custom/b.override',
    '/etc/coredns/custom/a.server',
  ])
  assert.is(corefile.blocks[1]?.keys[0]?.file, '/etc/coredns/custom/a.server')
})

test('an imported file imports relative to itself', () => {
  const files = withFiles({ '/srv/x/a.conf': 'import b.conf', '/srv/x/b.conf': 'log' })
  assert.equal(plugins('. {\n import x/a.conf\n}\n', { ...files, path: '/srv/Corefile' }), [['log']])
})

test('a pattern may match nothing, and without files everything is unresolved', () => {
  const text = '. {\n import custom/*.override\n log\n}\nimport custom/*.server\n'
  assert.equal(plugins(text, withFiles({})), [['log']])
  const { imports, blocks } = parseCorefile(text.replace('custom/*.override', '/etc/plain'))
  assert.equal(
    imports.map(({ kind }) => kind),
    ['unresolved', 'unresolved'],
  )
  assert.is(blocks.length, 1)
  assert.equal(parseCorefile('. {\n import {$WHERE}\n}\n', withFiles({})).imports[0]?.kind, 'unresolved')
})

test('braces of a file and of the Corefile may close each other', () => {
  const files = withFiles({ '/etc/coredns/open': 'forward . 1.1.1.1 {' })
  const text = '. {\n import open\n  force_tcp }\n log\n}\n'
  assert.equal(plugins(text, files), [['forward', '.', '1.1.1.1', [['force_tcp']]], ['log']])
  assert.equal(parseCorefile(text, files).statements, [])
})

const errors: Record<string, [string, Record<string, string>?]> = {
  'Corefile:2:2: import needs the name of a snippet or a file': ['. {\n import\n}\n'],
  'Corefile:2:9: import needs a name that is not empty': ['. {\n import ""\n}\n'],
  'Corefile:5:11: import takes one name only, and 1.1.1.1 is a second one': [
    '(s) {\n forward . {args[0]}\n}\n. {\n import s 1.1.1.1\n}\n',
  ],
  'Corefile:2:9: the file to import was not found: more.conf': ['. {\n import more.conf\n}\n', {}],
  'Corefile:2:9: the file to import was not found: late': ['. {\n import late\n}\n(late) {\n log\n}\n', {}],
  'Corefile:2:9: import takes a path with one wildcard at most, and */*.x has more': ['. {\n import */*.x\n}\n', {}],
  'Corefile:2:9: import takes a path with one wildcard at most, and [ab].x has more': ['. {\n import [ab].x\n}\n', {}],
  'Corefile:2:9: import cannot read the pattern [a': ['. {\n import [a\n}\n', {}],
  'Corefile:2:9: import cannot read custom: it matches a directory': [
    '. {\n import custom\n}\n',
    { '/etc/coredns/custom/a': 'log' },
  ],
  'Corefile:4:1: snippet s is defined a second time': ['(s) {\n log\n}\n(s) {\n log\n}\n'],
  'Corefile:2:1: snippet s must open with {, not log': ['(s)\nlog\n'],
  'Corefile:2:6: the snippet opened on line 1 is never closed': ['(s) {\n log {\n'],
  'Corefile:2:9: snippet s imports itself': ['(s) {\n import s\n}\n'],
  'Corefile:5:9: snippet a imports itself (through a, b)': [
    '(a) {\n import b\n}\n(b) {\n import a\n}\n. {\n import a\n}\n',
  ],
  'x.conf:2:8: /etc/coredns/x.conf imports itself': [
    '. {\n import x.conf\n}\n',
    { '/etc/coredns/x.conf': 'log\nimport x.conf' },
  ],
  'b:1:8: /etc/coredns/a imports itself (through a, b)': [
    '. {\n import a\n}\n',
    { '/etc/coredns/a': 'import b', '/etc/coredns/b': 'import a' },
  ],
  'Corefile:1:3: the block opened on line 1 is never closed': ['. {'],
}

for (const [message, [text, files]] of Object.entries(errors))
  test(message, () => {
    assert.is(errorOf(text, files ? withFiles(files) : {}), message)
  })

test('snippets that double each other are stopped as in CoreDNS', () => {
  const doubled = Array.from({ length: 20 }, (_, n) => `(s${n + 1}) {\n import s${n}\n import s${n}\n}\n`).join('')
  assert.match(errorOf(`(s0) {\n log\n}\n${doubled}. {\n import s20\n}\n`), 'expand to more than CoreDNS accepts')
})

test.run()
