import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CorefileError } from '../../src/corefile/error.ts'
import { lex } from '../../src/corefile/lex.ts'
import { parseCorefile } from '../../src/corefile/parse.ts'
import { printCorefile, printSource } from '../../src/corefile/print.ts'
import type { Corefile, Token } from '../../src/corefile/types.ts'
import { validateCorefile } from '../../src/corefile/validate.ts'
import { anyText, corefileText, wordSoup } from './generate.ts'
import { tokensOf } from './shape.ts'

/** undefined when it does not parse; any other error fails the test. */
function parsed(text: string): Corefile | undefined {
  try {
    return parseCorefile(text)
  } catch (error) {
    if (error instanceof CorefileError) return undefined
    throw error
  }
}

const at = (token: Token, text: string) => {
  const before = text.slice(0, token.start)
  const line = before.split('\n').length
  const mark = line === 1 && text.startsWith('\ufeff') ? 1 : 0
  return { line, column: before.length - before.lastIndexOf('\n') - mark }
}

test('whole Corefiles parse and print as the same bytes', () => {
  fc.assert(
    fc.property(corefileText, text => {
      assert.is(printCorefile(parseCorefile(text)), text)
    }),
  )
})

test('anything prints as the same bytes, parses or gives a CorefileError', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, wordSoup), text => {
      assert.is(printSource(lex(text, 'Corefile')), text)
      const corefile = parsed(text)
      if (corefile) assert.is(printCorefile(corefile), text)
    }),
    { numRuns: 2000 },
  )
})

test('what is printed parses to the same', () => {
  fc.assert(
    fc.property(fc.oneof(corefileText, wordSoup), text => {
      const corefile = parsed(text)
      if (corefile) assert.equal(parseCorefile(printCorefile(corefile)), corefile)
    }),
  )
})

test('every position points at its text', () => {
  fc.assert(
    fc.property(fc.oneof(corefileText, wordSoup), text => {
      const corefile = parsed(text)
      const inBlocks = corefile?.blocks.flatMap(({ keys, directives }) => [...keys, ...directives.flatMap(tokensOf)])
      for (const token of [...(inBlocks ?? []), ...lex(text, 'Corefile').tokens]) {
        assert.is(text.slice(token.start, token.end), token.raw)
        assert.equal({ line: token.line, column: token.column }, at(token, text))
        if (!token.quoted) assert.is(token.raw.replaceAll('\r', ''), token.text)
      }
    }),
  )
})

test('blocks and directives lie inside each other', () => {
  fc.assert(
    fc.property(corefileText, text => {
      for (const { start, end, directives, from } of parseCorefile(text).blocks)
        for (const directive of directives.filter(each => !each.from && !from)) {
          assert.ok(start <= directive.start && directive.start < directive.end && directive.end <= end)
          for (const token of tokensOf({ ...directive, extra: [] }).filter(each => each.line >= directive.name.line))
            assert.ok(token.start >= directive.start && token.end <= directive.end)
        }
    }),
  )
})

test('whatever parses can be judged for every version', () => {
  fc.assert(
    fc.property(
      fc.oneof(corefileText, wordSoup, anyText),
      fc.constantFrom('1.4.0', '1.9.3', '1.14.7', undefined),
      (text, version) => {
        const corefile = parsed(text)
        for (const { line, column, message } of corefile ? validateCorefile(corefile, version) : [])
          assert.ok(line > 0 && column > 0 && message !== '')
      },
    ),
  )
})

test.run()
