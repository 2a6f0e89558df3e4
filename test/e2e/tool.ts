import { spawn } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { suite, type Test } from 'uvu'
import type { CheckReport } from '../../src/report/check.ts'
import { kubeconfigPath, kubectlPath, renew, setVariant, type VariantName, wanSilent } from '../cluster/cluster.ts'
import { healNetwork } from '../cluster/faults/index.ts'
import { root } from '../runner.ts'

export const binary = join(root, 'dist', process.platform === 'win32' ? 'kubectl-dnsfix.exe' : 'kubectl-dnsfix')

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built binary as a user would. `env` replaces variables; Ctrl-C is pressed as soon as `ctrlC` resolves. */
export const dnsfix = (args: readonly string[], env: NodeJS.ProcessEnv = {}, ctrlC?: Promise<unknown>): Promise<Ran> =>
  start(binary, args, env, ctrlC)

/** Runs a program with the cluster's kubeconfig. `env` and `ctrlC` as for `dnsfix`. */
export function start(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  ctrlC?: Promise<unknown>,
): Promise<Ran> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KUBECONFIG: kubeconfigPath(), ...env },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => (stdout += chunk))
  child.stderr.on('data', chunk => (stderr += chunk))
  ctrlC?.then(() => child.kill('SIGINT'))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ code, stdout, stderr }))
  })
}

/** Runs the plugin through kubectl, which finds it on the PATH by its name. */
export const throughKubectl = (args: readonly string[]): Promise<Ran> =>
  start(kubectlPath(), ['dnsfix', ...args], { PATH: `${dirname(binary)}${delimiter}${process.env.PATH}` })

/** `check -o json` as a value, with the exit code. */
export async function checkJson(
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<CheckReport & { exit: number | null }> {
  const { code, stdout, stderr } = await dnsfix(['check', '-o', 'json', ...args], env)
  if (!stdout.includes('"kind": "CheckReport"')) throw new Error(`check printed no report: ${stdout}${stderr}`)
  return { ...JSON.parse(stdout), exit: code }
}

/** Codes of the findings from a severity on, as a sorted list without repetitions. */
export function codesIn(
  report: Pick<CheckReport, 'findings'>,
  severities: readonly string[] = ['error', 'warning'],
): readonly string[] {
  return [...new Set(report.findings.filter(f => severities.includes(f.severity)).map(f => f.code))].sort()
}

/** The state that the cluster is in: every test that breaks something puts it right again. */
let current: VariantName | undefined

/** How often a cluster was lost; more than twice, and it is not worth waiting for another. */
let lost = 0

/** Brings the cluster to a variant. One that does not get there is shown, and another one is started in its place. */
async function bring(variant: VariantName): Promise<void> {
  try {
    await put(variant)
  } catch (error) {
    lost++
    console.error(error)
    if (lost > 2) throw new Error(`The cluster does not come to ${variant}; see above`)
    await renew()
    await put(variant)
  }
}

async function put(variant: VariantName): Promise<void> {
  if (lost > 2) throw new Error('The cluster was lost three times; see above')
  // A run that was killed may have left the world silent, or one of its faults.
  await wanSilent(false)
  await healNetwork()
  await setVariant(variant)
}

/** A suite of tests on one variant of the cluster; `npm run test:e2e -- PATTERN` runs those whose name matches. */
export function onVariant(variant: VariantName, title: string): Test {
  const tests = suite(title)
  const wanted = process.env.E2E_PATTERN ?? ''
  const isChosen = (name: string) => `${title} ${name}`.includes(wanted)
  const chosen = ((name: string, run: () => Promise<void>) => {
    if (isChosen(name)) tests(name, run)
  }) as unknown as Test
  const skip = (name: string) => {
    if (isChosen(name)) tests.skip(name)
  }
  tests.before.each(async () => {
    if (current !== variant) await bring(variant)
    current = variant
  })
  return Object.assign(chosen, { skip, run: tests.run, after: tests.after })
}
