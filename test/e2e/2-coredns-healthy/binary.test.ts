import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { commands } from '../../../src/flags.ts'
import { kubectl } from '../../cluster/api.ts'
import { kubeconfigPath, kubectlPath } from '../../cluster/cluster.ts'
import { root } from '../../runner.ts'
import { files } from '../surroundings.ts'
import { binary, dnsfix, onVariant, throughKubectl } from '../tool.ts'

const test = onVariant('coredns-healthy', 'the built binary')
const { folder, write, remove } = files()
test.after(remove)

test('has its help in it, as the sources tell it', async () => {
  for (const command of ['', ...commands]) {
    const golden = join(root, 'test', 'golden', command === '' ? 'help.txt' : `help-${command}.txt`)
    for (const flag of ['--help', '-h']) {
      const { code, stdout, stderr } = await dnsfix([command, flag].filter(Boolean))
      assert.equal([code, stdout, stderr], [0, readFileSync(golden, 'utf8'), ''])
    }
  }
})

test('tells the version of the server, as kubectl does', async () => {
  const ours = await throughKubectl(['version', '-o', 'json'])
  const theirs = JSON.parse(await kubectl(['version', '-o', 'json']))
  assert.is(ours.code, 0)
  const report = JSON.parse(ours.stdout)
  assert.equal(report.serverVersion, theirs.serverVersion)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  assert.is(report.clientVersion.gitVersion, `v${version}`)
  assert.is((await dnsfix(['--version'])).stdout, `${version}\n`)
})

/** What kubectl's completion offers for a line that begins with `kubectl dnsfix`. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  write('kubectl_complete-dnsfix', (await dnsfix(['completion', 'kubectl'])).stdout)
  const PATH = [folder, dirname(binary), process.env.PATH].join(delimiter)
  const out = execFileSync(kubectlPath(), ['__completeNoDesc', 'dnsfix', ...words], {
    env: { ...process.env, PATH, KUBECONFIG: kubeconfigPath() },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return out.trimEnd().split('\n').slice(0, -1)
}

const names = async (resource: string): Promise<readonly string[]> =>
  (await kubectl(['get', resource, '-o', 'name']))
    .trim()
    .split('\n')
    .map(name => name.replace(/^.*\//, ''))
    .sort()

test('completes through kubectl what the cluster has', async () => {
  assert.equal([...(await offered('check', '-n', ''))].sort(), await names('namespaces'))
  assert.equal([...(await offered('verify', '--nodes', ''))].sort(), ['all', ...(await names('nodes'))])
  assert.equal(await offered('verify', '--nodes', 'cp1,w'), ['cp1,w1'])
  const context = (await kubectl(['config', 'current-context'])).trim()
  assert.ok((await offered('check', '--context', '')).includes(context))
  assert.ok((await offered('')).includes('verify'))
})

test.run()
