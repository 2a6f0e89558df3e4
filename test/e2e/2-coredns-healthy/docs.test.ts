import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { kubectl } from '../../cluster/api.ts'
import { Missing, until } from '../../cluster/exec.ts'
import { linesOf } from '../documented.ts'
import { files } from '../surroundings.ts'
import { onVariant, throughKubectl } from '../tool.ts'
import { probePods } from '../verify.ts'

const test = onVariant('coredns-healthy', 'the commands of the documents')
const { folder, remove } = files()
const namespaces = ['shop', 'ci'] as const
let isMade = false

/** What the documents take for granted. A Pod can be made in a namespace once it has its ServiceAccount. */
async function makeNamespaces(): Promise<void> {
  if (isMade) return
  isMade = true
  for (const name of namespaces) {
    await kubectl(['create', 'namespace', name])
    await until(`the ServiceAccount of ${name}`, 30, () =>
      kubectl(['-n', name, 'get', 'serviceaccount', 'default']).catch(error => new Missing(String(error))),
    )
  }
}

test.after(async () => {
  remove()
  if (isMade) await kubectl(['delete', 'namespace', ...namespaces, '--wait=true'])
})

/** Evidence is kept in a folder of the test's own. */
const inFolder = (word: string): string => (/^\w+\.json$/.test(word) ? join(folder, word) : word)

for (const { at, words } of linesOf('check', 'verify', 'version'))
  test(`${at}: kubectl dnsfix ${words.join(' ')}`, async () => {
    await makeNamespaces()
    const { code, stdout, stderr } = await throughKubectl(words.map(inFolder))
    assert.is(code, 0, stdout + stderr)
    assert.ok(stdout.length > 0)
    assert.equal(await probePods(), [], 'probe Pods are left')
  })

test.run()
