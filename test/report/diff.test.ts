import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { KubeObject, NodeChange, ObjectChange } from '../../src/fix/plan.ts'
import { unifiedDiff } from '../../src/report/diff.ts'
import { diffLines, diffOf, diffParts } from '../../src/report/diff-parts.ts'
import { styleFor } from '../../src/report/style.ts'

const test = suite('diff')

const unnamed = (before: string, after: string) => unifiedDiff(before, after, 'x').slice(2)
const numbered = (n: number) => Array.from({ length: n }, (_, i) => `${i + 1}\n`)
const none = '\\ No newline at end of file'

const cases: readonly [name: string, before: string, after: string, diff: readonly string[]][] = [
  ['nothing and nothing', '', '', []],
  ['the same', 'a\nb\n', 'a\nb\n', []],
  ['all is new', '', 'a\nb\n', ['@@ -0,0 +1,2 @@', '+a', '+b']],
  ['all is gone', 'a\nb\n', '', ['@@ -1,2 +0,0 @@', '-a', '-b']],
  ['a line in another one’s place', 'a\nb\nc\n', 'a\nB\nc\n', ['@@ -1,3 +1,3 @@', ' a', '-b', '+B', ' c']],
  ['a line more', 'a\nc\n', 'a\nb\nc\n', ['@@ -1,2 +1,3 @@', ' a', '+b', ' c']],
  ['a line that was moved', 'a\nb\nc\n', 'b\nc\na\n', ['@@ -1,3 +1,3 @@', '-a', ' b', ' c', '+a']],
  ['the end of the last line is new', 'a', 'a\n', ['@@ -1,1 +1,1 @@', '-a', none, '+a']],
  ['the end of the last line is gone', 'a\nb\n', 'a\nb', ['@@ -1,2 +1,2 @@', ' a', '-b', '+b', none]],
  ['no end before and after', 'a\nb', 'A\nb', ['@@ -1,2 +1,2 @@', '-a', '+A', ' b', none]],
  ['only the kind of line end', 'a\n', 'a\r\n', ['@@ -1,1 +1,1 @@', '-a', '+a\r']],
  ['an empty line', 'a\n\n', 'a\n', ['@@ -1,2 +1,1 @@', ' a', '-']],
  [
    'three lines of context',
    numbered(9).join(''),
    numbered(9).with(4, 'five\n').join(''),
    ['@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8'],
  ],
  [
    'six lines between two changes: one hunk',
    numbered(8).join(''),
    numbered(8).with(0, 'A\n').with(7, 'B\n').join(''),
    ['@@ -1,8 +1,8 @@', '-1', '+A', ' 2', ' 3', ' 4', ' 5', ' 6', ' 7', '-8', '+B'],
  ],
  [
    'seven lines between two changes: two hunks',
    numbered(9).join(''),
    numbered(9).with(0, 'A\n').with(8, 'B\n').join(''),
    ['@@ -1,4 +1,4 @@', '-1', '+A', ' 2', ' 3', ' 4', '@@ -6,4 +6,4 @@', ' 6', ' 7', ' 8', '-9', '+B'],
  ],
]
for (const [name, before, after, diff] of cases) test(name, () => assert.equal(unnamed(before, after), diff))

test('the name stands in both heads', () =>
  assert.equal(unifiedDiff('a\n', 'b\n', 'w1:/etc/x').slice(0, 2), ['--- w1:/etc/x', '+++ w1:/etc/x']))

/** What `patch` makes of a text and its unified diff. */
function patched(before: string, diff: readonly string[]): string {
  const lines = before.split(/(?<=\n)/).filter(Boolean)
  const starts = diff.flatMap((line, i) => (line.startsWith('@@ ') ? [i] : []))
  let at = 0
  const parts = starts.map((start, n) => {
    const [, first = '', size] = /^@@ -(\d+),(\d+) /.exec(diff[start] ?? '') ?? []
    const from = size === '0' ? Number(first) : Number(first) - 1
    const hunk = diff.slice(start + 1, starts[n + 1])
    const own = sideOf(hunk, '-')
    assert.equal(lines.slice(from, from + own.length), own)
    const text = [...lines.slice(at, from), ...sideOf(hunk, '+')].join('')
    at = from + own.length
    return text
  })
  return [...parts, ...lines.slice(at)].join('')
}

/** The lines of a hunk that are in the old text (`-`) or in the new one (`+`). */
const sideOf = (hunk: readonly string[], sign: '-' | '+'): readonly string[] =>
  hunk.flatMap((line, i) =>
    line.startsWith(sign) || line.startsWith(' ') ? [line.slice(1) + (hunk[i + 1] === none ? '' : '\n')] : [],
  )

const line = fc.constantFrom('a\n', 'b\n', 'c\n', '\n', '    x\n', 'y\r\n', '+\n', '-- z\n', '@@ -1,1 +1,1 @@\n')
const text = fc
  .tuple(fc.array(line, { maxLength: 40 }), fc.constantFrom('', 'end', ' '))
  .map(([l, end]) => l.join('') + end)

test('applied to what was, a diff gives what is to be', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      assert.is(patched(before, unnamed(before, after)), after)
    }),
    { numRuns: 500 },
  )
})

test('texts too long to be compared are exchanged as a whole, around what they begin and end with', () => {
  const long = (word: string) => `head\n${Array.from({ length: 2100 }, (_, i) => `${word} ${i}\n`).join('')}tail\n`
  const diff = unnamed(long('a'), long('b'))
  assert.is(patched(long('a'), diff), long('b'))
  assert.equal([diff[1], diff.at(-1)], [' head', ' tail'])
})

const why = { codes: ['DNS301'], why: '', reach: '', risk: 'safe', survives: [] } as const

const configMap = (data: Readonly<Record<string, string>>, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'coredns', namespace: 'kube-system', resourceVersion: '7', ...metadata },
  data,
})

const replaced = (before: KubeObject | null, after: KubeObject | null): ObjectChange => ({
  ...why,
  kind: 'object',
  path: '/api/v1/namespaces/kube-system/configmaps/coredns',
  before,
  after,
  awaits: 'nothing',
})

test('a text of several lines in an object is compared as a text', () => {
  const change = replaced(configMap({ Corefile: '. {\n  a\n}\n' }), configMap({ Corefile: '. {\n  b\n}\n' }))
  const name = 'ConfigMap kube-system/coredns, Corefile'
  assert.is(diffOf(change), `--- ${name}\n+++ ${name}\n@@ -1,3 +1,3 @@\n . {\n-  a\n+  b\n }\n`)
})

test('other fields are compared as YAML, beside texts that stay', () => {
  const before = configMap({ stubDomains: '{"a":["10.0.0.2"]}', Corefile: 'a\nb\n' })
  const after = configMap({ Corefile: 'a\nb\n', stubDomains: '{"a":["10.0.0.3"]}' })
  assert.match(diffOf(replaced(before, after)), /\n- {2}stubDomains: '\{"a":\["10\.0\.0\.2"\]\}'\n\+ {2}stubDomains: /)
  assert.not.match(diffOf(replaced(before, after)), /coredns, Corefile/)
})

test('a text of several lines that is new or gone is in the YAML', () => {
  assert.match(diffOf(replaced(configMap({}), configMap({ Corefile: 'a\nb\n' }))), /\n\+ {2}Corefile: \|\n\+ {4}a\n/)
  assert.match(diffOf(replaced(configMap({ Corefile: 'a\nb\n' }), configMap({}))), /\n- {2}Corefile: \|\n- {4}a\n/)
})

test('objects that are created and deleted are shown whole', () => {
  const object = configMap({ Corefile: 'a\nb\n' })
  const lines = ['apiVersion: v1', 'data:', '  Corefile: |', '    a', '    b', 'kind: ConfigMap', 'metadata:']
  const whole = (sign: string) =>
    [...lines, '  name: coredns', '  namespace: kube-system'].map(l => `${sign}${l}\n`).join('')
  assert.ok(diffOf(replaced(null, object)).endsWith(whole('+')))
  assert.ok(diffOf(replaced(object, null)).endsWith(whole('-')))
})

test('what only the API server writes, and the order of fields, is no difference', () => {
  const before = {
    ...configMap({ a: '1', b: '2' }, { uid: 'x', generation: 1, managedFields: [{}] }),
    status: { c: 1 },
  }
  const after = configMap({ b: '2', a: '1' }, { resourceVersion: '8', creationTimestamp: 'now', selfLink: '/' })
  assert.is(diffOf(replaced(before, after)), '')
  assert.equal(diffLines(replaced(before, after), styleFor({}, {})), [])
})

test('labels and annotations are a difference', () => {
  const change = replaced(configMap({}, { labels: { a: '1' } }), configMap({}, { labels: { a: '2' } }))
  assert.match(diffOf(change), /\n- {4}a: "1"\n\+ {4}a: "2"\n/)
})

const onNode: NodeChange = {
  ...why,
  kind: 'node',
  node: 'w1',
  file: '/etc/default/kubelet',
  before: null,
  after: 'A=1\n',
}

test('a file on a node is named by both', () =>
  assert.equal(diffParts(onNode), [{ name: 'w1:/etc/default/kubelet', before: '', after: 'A=1\n' }]))

test('colour changes nothing but colour, and nothing that came from the cluster steers the terminal', () => {
  const change = { ...onNode, before: 'a\n\u001b[31mb\r\n\tc\u007f\u009b\n', after: 'a\n\u001b[32mb\n\tc\n' }
  const plain = diffLines(change, styleFor({}, {}))
  assert.equal(plain.slice(2), [' a', '-␛[31mb␍', '-\tc␡�', '+␛[32mb', '+\tc'])
  const coloured = diffLines(change, styleFor({ isTTY: true }, {}))
  assert.is(coloured[3], '\u001b[31m-␛[31mb␍\u001b[39m')
  assert.ok(coloured[5]?.startsWith('\u001b[32m+'))
})

test.run()
