import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { stateFile } from './paths.ts'
import { record } from './process.ts'

/** Starts a program that goes on after this one ends; its output goes to NAME.log in the state directory. */
export async function startDaemon(name: string, argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  const [command = '', ...args] = argv
  const log = openSync(stateFile(`${name}.log`), 'w')
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
  })
  closeSync(log)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  record(name, child.pid ?? 0)
  child.unref()
}
