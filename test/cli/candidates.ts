import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import { completion } from '../../src/complete.ts'

/** Gives a suite a kubeconfig that completion finds: returns what writes it, which returns its path. */
export function withKubeconfig(test: Test): (server: string, user?: string) => string {
  const before = process.env.KUBECONFIG
  let folder = ''
  test.before(() => {
    folder = mkdtempSync(join(tmpdir(), 'dnsfix-complete-'))
  })
  test.after(() => {
    rmSync(folder, { recursive: true })
    if (before === undefined) delete process.env.KUBECONFIG
    else process.env.KUBECONFIG = before
  })
  return (server, user = '{}') => {
    const path = join(folder, 'config')
    process.env.KUBECONFIG = path
    writeFileSync(path, kubeconfig(server, user))
    return path
  }
}

const kubeconfig = (server: string, user: string): string => `current-context: main
contexts: [{name: main, context: {cluster: c, user: u}}, {name: other, context: {cluster: c2, user: u}}]
clusters: [{name: c, cluster: {server: '${server}'}}, {name: c2, cluster: {server: 'http://127.0.0.1:9'}}]
users: [{name: u, user: ${user}}]
`

/** The candidates for a line, whose words are split by single spaces. */
export async function values(line: string): Promise<readonly string[]> {
  const lines = (await completion(['__completeNoDesc', ...line.split(' ')])).trimEnd().split('\n')
  assert.match(lines.at(-1) ?? '', /^:[04]$/)
  return lines.slice(0, -1)
}
