import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Test } from 'uvu'
import { kubectlPath } from './cluster/paths.ts'

/** Something of this machine that a test needs: how to see that it is there, and what installs it. */
export interface Need {
  readonly what: string
  readonly there: boolean
  readonly install: string
}

/** Whether a program is on the PATH. */
export function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, program)))
}

/** A program, and the Debian packages that bring it. */
export const installed = (program: string, packages = program): Need => ({
  what: program,
  there: onPath(program),
  install: `apt-get install --no-install-recommends ${packages}`,
})

export const testKubectl: Need = {
  what: 'the kubectl of the test cluster',
  there: existsSync(kubectlPath()),
  install: 'npm run cluster -- up (compiles Kubernetes the first time)',
}

/** A test that runs where everything it needs is there, and elsewhere says that it did not, and what would make it. */
export function testWith(test: Test, needs: readonly Need[], name: string, work: () => unknown): void {
  const missing = needs.find(({ there }) => !there)
  if (!missing) {
    test(name, async () => {
      await work()
    })
    return
  }
  console.error(`\nSKIPPED  ${name}\n         ${missing.what} is not there. To run it: ${missing.install}`)
  test.skip(name)
}
