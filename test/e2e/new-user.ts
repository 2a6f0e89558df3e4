import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { toolPath } from '../../krew/tool.ts'
import { kubectlPath } from '../cluster/cluster.ts'
import { type Ran, start } from './tool.ts'

/** Somebody who has kubectl, Krew and a kubeconfig, and nothing of this project. */
export interface NewUser {
  /** where Krew keeps what it installs */
  readonly krewRoot: string
  kubectl(...args: readonly string[]): Promise<Ran>
  /** runs lines of a shell */
  shell(lines: string): Promise<Ran>
  remove(): void
}

/** Gives them a home of their own, with Krew in it and what Krew installs on the PATH. */
export async function newUser(): Promise<NewUser> {
  const home = mkdtempSync(join(tmpdir(), 'dnsfix-new-'))
  const krewRoot = join(home, '.krew')
  // Krew takes a folder of its own that it has not begun itself for one of an old version.
  const bin = join(home, 'bin')
  mkdirSync(bin)
  symlinkSync(await toolPath('krew'), join(bin, 'kubectl-krew'))
  const PATH = [join(krewRoot, 'bin'), bin, dirname(kubectlPath()), '/usr/bin', '/bin'].join(delimiter)
  const env = { HOME: home, KREW_ROOT: krewRoot, PATH }
  return {
    krewRoot,
    kubectl: (...args) => start('kubectl', args, env),
    shell: lines => start('sh', ['-euc', lines], env),
    remove: () => rmSync(home, { recursive: true }),
  }
}
