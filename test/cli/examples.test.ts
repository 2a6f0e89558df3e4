import { join } from 'node:path'
import { json } from 'jq-wasm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { texts } from '../../src/cli/texts.ts'
import { parseArgs } from '../../src/cli.ts'
import { commands } from '../../src/flags.ts'
import type { Request } from '../../src/options.ts'
import { run } from '../../src/run.ts'
import { memoryIo } from '../io.ts'
import { root } from '../runner.ts'

const test = suite('the examples of --help')

const broken = join(root, 'test', 'evidence', 'coredns-loop.json')

/** An example is ours, and what a shell does with its output. */
function parts(example: string) {
  const [, ours = '', filter] =
    /^([^|>]*?)(?: \| jq -r '([^']*)'| \| kubectl apply -f -| > [\w.-]+)?$/.exec(example) ?? []
  return { words: ours.split(' '), filter }
}

const needsCluster = (request: Request): boolean =>
  ['check', 'fix', 'verify', 'undo'].includes(request.kind) || (request.kind === 'version' && !request.options.client)

async function printed(words: readonly string[]): Promise<string> {
  const io = memoryIo()
  const code = await run(words, io)
  assert.is(io.err(), '')
  assert.is(code, words.includes(broken) ? 1 : 0)
  return io.out()
}

for (const command of commands) {
  test(`${command} has some`, () => assert.ok(texts[command].examples.length > 0))

  for (const [example] of texts[command].examples) {
    const { words, filter } = parts(example)
    test(`kubectl dnsfix ${example}`, async () => {
      const request = parseArgs(words)
      assert.is(request.kind, command, 'it is of this command, and understood')
      if (!needsCluster(request)) assert.match(await printed(words), /\S/)
      if (filter === undefined) return
      const data = await printed(command === 'check' ? [...words, '--from', broken] : words)
      const lines = (await json(JSON.parse(data), `[${filter}]`)) as readonly unknown[]
      assert.ok(lines.length > 0 && lines.every(line => typeof line === 'string'))
    })
  }
}

test('are shown by --help, each on a line of its own or folded', async () => {
  for (const command of commands) {
    const help = (await printed([command, '--help'])).replace(/\s+/g, ' ')
    const shown = help.replace(/^.*Examples:/, '')
    for (const [example] of texts[command].examples)
      for (const word of example.split(' ')) assert.ok(shown.includes(word), `${command}: ${word}`)
  }
})

test.run()
