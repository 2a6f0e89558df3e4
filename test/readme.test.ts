import { join } from 'node:path'
import { json } from 'jq-wasm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../src/run.ts'
import { shown, textOf } from './docs/commands.ts'
import { memoryIo } from './io.ts'
import { root } from './runner.ts'

const test = suite('the examples of README.md')

const block = /<!-- jq -->\n```sh\n(.*)\n```\n<!-- \/jq -->/s.exec(textOf('README.md'))?.[1]
const examples = block?.split('\n') ?? []

async function printed(command: string, evidence: string, ...flags: readonly string[]): Promise<string> {
  const io = memoryIo()
  const folder = join(root, 'test', 'evidence', ...(command === 'verify' ? ['verified'] : []))
  await run([command, ...flags, '--from', join(folder, evidence)], io)
  return io.out()
}

const report = async (command: string, evidence: string): Promise<object> =>
  JSON.parse(await printed(command, evidence, '-o', 'json'))

const pattern = /^kubectl dnsfix (check|verify) -o json \| jq -r '(.*)'$/

/** What jq prints for an example, one value a line, as a list. */
async function lines(evidence: string, example: string): Promise<readonly unknown[]> {
  const [, command = '', filter = ''] = pattern.exec(example) ?? []
  return (await json(await report(command, evidence), `[${filter}]`)) as readonly unknown[]
}

test('begin with what check prints of a recorded cluster, word for word', async () => {
  const lines = shown('kubectl dnsfix check')
  const found = (await printed('check', 'coredns-loop.json')).split('\n')
  assert.ok(lines.length > 5)
  assert.equal([...found.slice(0, lines.length - 1), '  ...'], lines)
})

test('for jq are there', () => {
  assert.is(examples.length, 5)
  for (const line of examples) assert.match(line, pattern)
})

test('print the grade, and what was not answered rightly', async () => {
  const [, , , grade = '', wrong = ''] = examples
  assert.equal((await lines('coredns-healthy.json', grade)).length, 4)
  assert.equal(await lines('coredns-healthy.json', wrong), [])
  const found = await lines('coredns-loop.json', wrong)
  assert.ok(
    found.some(line => /^w1 kube-dns udp kubernetes\.default\.svc\.cluster\.local$/.test(String(line))),
    found.join('\n'),
  )
})

test('print what they promise for the founding fault', async () => {
  const [errors = '', repair = '', pods = ''] = examples
  const found = await lines('kube-dns-loopdetect.json', errors)
  assert.ok(
    found.some(line => /^DNS301 the DNS Pods ask 127\.0\.0\.53/.test(String(line))),
    found.join('\n'),
  )
  assert.match(String((await lines('kube-dns-loopdetect.json', repair))[0]), /resolvConf/)
  for (const line of await lines('kube-dns-loopdetect.json', pods))
    assert.match(String(line), /^kube-dns-\S+ (cp1|w1) 127\.0\.0\.53$/)
})

test('print nothing wrong for a healthy cluster', async () => {
  const [errors = '', repair = ''] = examples
  assert.equal(await lines('coredns-healthy.json', errors), [])
  assert.equal(await lines('coredns-healthy.json', repair), ['nothing to repair'])
})

test.run()
