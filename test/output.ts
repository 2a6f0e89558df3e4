import { spawnSync } from 'node:child_process'

/** The output of a program, both streams; an error with it when it ends otherwise than it should. */
export function outputOf(argv: readonly string[], env: NodeJS.ProcessEnv = {}, expected = 0): string {
  const [program = '', ...args] = argv
  const result = spawnSync(program, args, { env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1e8 })
  const output = `${result.stdout}${result.stderr}`
  if (result.status !== expected) throw new Error(`${argv.join(' ')} ended with ${result.status}:\n${output}`)
  return output
}
