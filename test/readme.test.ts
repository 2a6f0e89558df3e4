import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { json } from 'jq-wasm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../src/run.ts'
import { memoryIo } from './io.ts'
import { root } from './runner.ts'

const test = suite('the jq examples of README.md')

const block = /<!-- jq -->\n```sh\n(.*)\n```\n<!-- \/jq -->/s.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1]
const examples = block?.split('\n') ?? []

async function report(evidence: string): Promise<object> {
  const io = memoryIo()
  await run(['check', '-o', 'json', '--from', join(root, 'test', 'evidence', evidence)], io)
  return JSON.parse(io.out())
}

const filterOf = (line: string): string => /^kubectl dnsfix check -o json \| jq -r '(.*)'$/.exec(line)?.[1] ?? ''

/** What jq prints, one value a line, as a list. */
async function lines(evidence: string, filter: string): Promise<readonly unknown[]> {
  const answer = await json(await report(evidence), `[${filter}]`)
  return answer as readonly unknown[]
}

test('are there', () => {
  assert.is(examples.length, 3)
  for (const line of examples) assert.ok(filterOf(line), line)
})

test('print what they promise for the founding fault', async () => {
  const [errors = '', repair = '', pods = ''] = examples.map(filterOf)
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
  const [errors = '', repair = ''] = examples.map(filterOf)
  assert.equal(await lines('coredns-healthy.json', errors), [])
  assert.equal(await lines('coredns-healthy.json', repair), ['nothing to repair'])
})

test.run()
