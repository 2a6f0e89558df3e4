import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lex } from '../../src/corefile/lex.ts'

const words = (text: string) => lex(text, 'Corefile').tokens.map(token => token.text)
const places = (text: string) => lex(text, 'Corefile').tokens.map(({ line, column }) => `${line}:${column}`)

test('words are split at white space, positions count from 1', () => {
  assert.equal(words('a b\n  c\td'), ['a', 'b', 'c', 'd'])
  assert.equal(places('a b\n  c\td'), ['1:1', '1:3', '2:3', '2:5'])
})

test('every white space of Unicode splits, a byte order mark inside the text does not', () => {
  assert.equal(words('a\u00a0b\u2003c\u0085d\u3000e\u2028f'), ['a', 'b', 'c', 'd', 'e', 'f'])
  assert.equal(words('a\ufeffb'), ['a\ufeffb'])
})

test('a byte order mark at the start is no part of the first word and takes no column', () => {
  assert.equal(words('\ufeff. {'), ['.', '{'])
  assert.equal(places('\ufeff. {\n}'), ['1:1', '1:3', '2:1'])
})

test('CRLF ends a line; a lone carriage return inside a word vanishes', () => {
  assert.equal(words('a b\r\nc\r\n'), ['a', 'b', 'c'])
  assert.equal(places('a b\r\nc\r\n'), ['1:1', '1:3', '2:1'])
  const [token] = lex('a\rb c', 'Corefile').tokens
  assert.equal([token?.text, token?.raw], ['ab', 'a\rb'])
})

test('a comment runs to the end of its line', () => {
  assert.equal(words('a # b c\nd #e\n#f\n'), ['a', 'd'])
})

test('a # inside a word hides only the rest of the word', () => {
  assert.equal(words('a#b c'), ['a', 'c'])
  assert.equal(words('a\r#b c'), ['a', 'c'])
  assert.equal(words('a#b\nc'), ['a', 'c'])
  assert.equal(words('"a"#b c\nd'), ['a', 'd'])
})

test('quotes keep white space and comments, \\" is a quote, other escapes stay', () => {
  assert.equal(words('"a b" "c # d" "e\\"f" "g\\nh" "i\\\\j"'), ['a b', 'c # d', 'e"f', 'g\\nh', 'i\\\\j'])
})

test('quotes count only at the start of a word, and end it', () => {
  assert.equal(words('a"b c"d'), ['a"b', 'c"d'])
  assert.equal(words('"a""b"c'), ['a', 'b', 'c'])
  assert.equal(words('"" x'), ['', 'x'])
})

test('a line break inside quotes is kept, and the lines after it are counted', () => {
  assert.equal(words('"a\nb" c\nd'), ['a\nb', 'c', 'd'])
  assert.equal(places('"a\nb" c\nd'), ['1:1', '2:4', '3:1'])
})

test('a quote that is never closed runs to the end of the file', () => {
  assert.equal(words('a "b c\nd'), ['a', 'b c\nd'])
  assert.equal(words('a "'), ['a'])
  assert.equal(words('a "\\'), ['a'])
  assert.equal(words('"a\\'), ['a'])
})

test('braces are words of their own only when they stand alone', () => {
  assert.equal(words('a{ {} { }b'), ['a{', '{}', '{', '}b'])
})

test('start and end are offsets of what is written', () => {
  const text = '\ufeffx  "a \\" b"# c\r\n y#z\n'
  const { tokens, after } = lex(text, 'Corefile')
  assert.equal(
    tokens.map(token => text.slice(token.start, token.end)),
    ['x', '"a \\" b"', 'y'],
  )
  assert.equal(
    tokens.map(token => token.raw),
    ['x', '"a \\" b"', 'y'],
  )
  assert.equal(
    tokens.map(token => token.before),
    ['\ufeff', '  ', '# c\r\n '],
  )
  assert.is(after, '#z\n')
})

test('environment variables: raw and named without a value, replaced with one', () => {
  const [token] = lex('{$A}.{%B%}:{$C}', 'Corefile', name => (name === 'C' ? '53' : undefined)).tokens
  assert.equal([token?.text, token?.env], ['{$A}.{%B%}:53', ['B', 'A']])
})

test('environment variables: a value may name another, an empty name stops the search', () => {
  const values: Record<string, string> = { A: '{$B}', B: 'b', LOOP: 'x{$LOOP}' }
  const text = (source: string) => lex(source, 'Corefile', name => values[name]).tokens[0]?.text
  assert.is(text('{$A}'), 'b')
  assert.is(text('{$}{$B}'), '{$}{$B}')
  assert.is(text('{$B'), '{$B')
  assert.ok(text('{$LOOP}')?.endsWith('{$LOOP}'))
})

test('100000 words on one line take no time', () => {
  assert.is(lex('word '.repeat(100_000), 'Corefile').tokens.length, 100_000)
})

test.run()
