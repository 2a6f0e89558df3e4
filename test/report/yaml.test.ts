import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { yamlText } from '../../src/report/yaml.ts'

const test = suite('yaml')

const some = { 'a key': null, text: 'z: "q"\n2', none: [], empty: {}, twice: [{ a: 1 }, { a: 1 }] }
const many = Array.from({ length: 250 }, (_, n) => ({ n, list: [n, '- a'], of: { them: [`${n}: b`] } }))

test('is read as what was written, also a list that is written in parts', () => {
  assert.equal(parse(yamlText({ ...some, many, last: 1 })), { ...some, many, last: 1 })
})

test('says twice what is there twice, and folds no line', () => {
  const shared = { message: 'word '.repeat(60).trim() }
  const text = yamlText({ first: shared, second: shared })
  assert.not.match(text, /[&*]a1/)
  assert.is(text.split(shared.message).length, 3)
})

test('indents lists as kubectl does', () => {
  assert.is(yamlText({ a: { b: [1] }, c: [{ d: 2, e: 3 }] }), 'a:\n  b:\n  - 1\nc:\n- d: 2\n  e: 3\n')
})

test.run()
