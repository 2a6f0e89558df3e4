import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { shownHolder, thisRun } from '../../src/fix/this-run.ts'

const test = suite('this run')

const { holder, isGone } = thisRun()
const isLinux = process.platform === 'linux'

test('names the process for people', () => {
  assert.match(shownHolder(holder), new RegExp(`^\\S.* pid ${process.pid}$`))
  assert.is(/ \[[0-9a-f]{16}\/\d+\]$/.test(holder), isLinux)
  assert.is(shownHolder('kubectl-dnsfix-0f1e2d3c'), 'kubectl-dnsfix-0f1e2d3c')
})

test('is not gone itself', () => {
  assert.not(isGone(holder))
})

test('of holders that it cannot know it says nothing', () => {
  const elsewhere = holder.replace(/\[[0-9a-f]+/, '[0123456789abcdef').replace(/pid \d+/, 'pid 4194305')
  for (const other of [
    '',
    'kubectl-dnsfix-0f1e2d3c',
    'bob@desk pid 4194305',
    elsewhere,
    `${elsewhere} `,
    shownHolder(holder).replace(/\d+$/, '4194305'),
  ])
    assert.not(isGone(other), other)
})

if (isLinux) {
  test('another process under the same pid is another one', () => {
    assert.ok(isGone(holder.replace(/\d+\]$/, '1]')))
  })

  test('a process of this machine that was killed is gone, one that lives is not', async () => {
    const script =
      "import('./src/fix/this-run.ts').then(r => (console.log(r.thisRun().holder), setInterval(() => 0, 9e5)))"
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', script], {
      cwd: new URL('../..', import.meta.url),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const other = line.toString().trim()
    assert.match(other, ` pid ${child.pid} `)
    assert.not(isGone(other))
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.ok(isGone(other))
  })
}

test.run()
