import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Test } from 'uvu'

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

/** The output of a program, both streams; an error with it when it ends otherwise than it should. */
export function outputOf(argv: readonly string[], env: NodeJS.ProcessEnv = {}, expected = 0): string {
  const [program = '', ...args] = argv
  const result = spawnSync(program, args, { env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1e8 })
  const output = `${result.stdout}${result.stderr}`
  if (result.status !== expected) throw new Error(`${argv.join(' ')} ended with ${result.status}:\n${output}`)
  return output
}
