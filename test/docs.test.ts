import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { json } from 'jq-wasm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseArgs } from '../src/cli.ts'
import { ExpectedError } from '../src/errors.ts'
import { run } from '../src/run.ts'
import { type Documented, documented, documents, textOf, wordsOf } from './docs/commands.ts'
import { memoryIo } from './io.ts'
import { root } from './runner.ts'

const test = suite('the documents')

const all = documented()

/** Words in capital letters stand for what a person has to put there. */
const examples: Readonly<Record<string, string>> = {
  'IP,IP': '10.0.0.2,10.0.0.3',
  'IP,…': '10.0.0.2',
  FILE: 'dns.json',
}
const filled = ({ words }: Documented): readonly string[] => words.map(word => examples[word] ?? word)

test('have commands', () => {
  for (const document of ['README.md', 'docs/ci.md', 'docs/rights.md', 'docs/safety.md'])
    assert.ok(all.filter(({ at }) => at.startsWith(document)).length > 2, document)
})

test('are split as a shell does it', () => {
  assert.equal(wordsOf(` check -o json | jq -r '.a | "b"'`), ['check', '-o', 'json'])
  assert.equal(wordsOf(" check --name 'a b'=1   # why"), ['check', '--name', 'a b=1'])
  assert.equal(wordsOf(' verify -o junit > dns.xml'), ['verify', '-o', 'junit'])
})

for (const command of all)
  test(`${command.at}: kubectl dnsfix ${command.line}`, async () => {
    // The name alone is no command line.
    if (command.words.length === 0) return
    const request = parsed(command)
    const needsNoCluster =
      ['rbac', 'explain', 'completion', 'text'].includes(request.kind) ||
      (request.kind === 'version' && command.words.includes('--client'))
    if (!needsNoCluster) return
    const io = memoryIo()
    assert.is(await run(filled(command), io), 0, io.err())
    assert.ok(io.out().length > 0)
  })

function parsed(command: Documented) {
  try {
    return parseArgs(filled(command))
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error
    throw new Error(`${command.at}: the program does not take kubectl dnsfix ${command.line}: ${error.message}`)
  }
}

const filters = documents.flatMap(document =>
  [...textOf(document).matchAll(/kubectl dnsfix (check|verify) -o json \| jq -\w '(.*)'$/gm)].map(
    ([, command = '', filter = '']) => ({ document, command, filter }),
  ),
)

test('have filters for jq', () => assert.ok(filters.length >= 9))

for (const { document, command, filter } of filters)
  test(`${document}: jq '${filter}'`, async () => {
    const folder = join(root, 'test', 'evidence', ...(command === 'verify' ? ['verified'] : []))
    const values = await Promise.all(
      ['coredns-healthy.json', 'coredns-loop.json'].map(async evidence => {
        const io = memoryIo()
        await run([command, '-o', 'json', '--from', join(folder, evidence)], io)
        return json(JSON.parse(io.out()), `[${filter}]`)
      }),
    )
    assert.is.not(
      JSON.stringify(values[0]),
      JSON.stringify(values[1]),
      'a healthy cluster and a broken one look the same',
    )
  })

test('name only files that there are', () => {
  for (const document of documents)
    for (const [, link = ''] of textOf(document).matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      assert.ok(existsSync(join(root, dirname(document), link)), `${document}: ${link}`)
})

test.run()
