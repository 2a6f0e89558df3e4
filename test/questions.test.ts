import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ExpectedError } from '../src/errors.ts'
import { questionsFrom } from '../src/questions.ts'

const test = suite('questions')

const one = (text: string) => questionsFrom([text], true)[0]

test('without names it is one that resolves everywhere, unless the network is closed', () => {
  assert.equal(questionsFrom([], true), [{ name: 'example.com', type: 'A', scope: 'external', expected: [] }])
  assert.equal(questionsFrom([], false), [])
})

test('names that are given take its place, also on a closed network', () => {
  assert.equal(
    questionsFrom(['a.example', 'b.example'], true).map(q => q.name),
    ['a.example', 'b.example'],
  )
  assert.equal(
    questionsFrom(['intra.corp'], false).map(q => q.name),
    ['intra.corp'],
  )
})

test('an address says what is right, and its family what to ask for', () => {
  assert.equal(one('a.example=203.0.113.20'), {
    name: 'a.example',
    type: 'A',
    scope: 'external',
    expected: ['203.0.113.20'],
  })
  assert.equal(one('a.example=2001:db8::1'), {
    name: 'a.example',
    type: 'AAAA',
    scope: 'external',
    expected: ['2001:db8::1'],
  })
})

test('the final dot is dropped', () => assert.is(one('a.example.')?.name, 'a.example'))

const mistakes: readonly [text: string, message: RegExp][] = [
  ['', /no name: a name is missing/],
  ['.', /no name: a name is missing/],
  ['a..example', /no name: .*empty part/],
  ['-a.example', /no name: .*hyphen/],
  ['a b', /no name: the character " " is not allowed/],
  ['bücher.example', /punycode, xn--bcher-kva\.example/],
  ['https://a.example', /no name: the character ":"/],
  ['a.example=', /expects "", which is no IP address/],
  ['a.example=b.example', /expects "b\.example", which is no IP address/],
  ['a.example=1.2.3', /expects "1\.2\.3", which is no IP address/],
  ['a.example=1.2.3.4=5', /which is no IP address/],
  [`${'a'.repeat(64)}.example`, /64 characters, the limit is 63/],
]
for (const [text, message] of mistakes) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => one(text),
      (error: Error) => error instanceof ExpectedError && error.code === 'name-invalid' && message.test(error.message),
    )
  })
}

test('whatever is typed, it is a question or a refusal that says why', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.domain(),
        fc.tuple(fc.domain(), fc.ipV4()).map(t => t.join('=')),
      ),
      text => {
        try {
          const question = one(text)
          return question !== undefined && question.name.length > 0 && question.scope === 'external'
        } catch (error) {
          return error instanceof ExpectedError && error.hint.startsWith('Write it like --name ')
        }
      },
    ),
  )
})

test.run()
