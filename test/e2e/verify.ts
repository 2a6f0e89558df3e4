import * as assert from 'uvu/assert'
import type { VerifyReport } from '../../src/report/verify.ts'
import { list } from '../cluster/api.ts'
import { during, type Fault } from '../cluster/faults/index.ts'
import { assertValidVerify } from '../schema.ts'
import { dnsfix, type Ran } from './tool.ts'

export type Verified = VerifyReport & Pick<Ran, 'stderr'> & { readonly exit: number | null }

interface Listed {
  readonly metadata: { readonly name: string }
  readonly status?: { readonly phase?: string }
}

/** The probe Pods that are there, in all namespaces. */
export const probePods = (): Promise<Listed[]> =>
  list<Listed>(['pods', '-A', '-l', 'app.kubernetes.io/name=kubectl-dnsfix'])

/** `verify -o json` as a value, held against the schema, with the exit code; no probe Pod may be left of it. */
export async function verifyJson(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Verified> {
  const { code, stdout, stderr } = await dnsfix(['verify', '-o', 'json', ...args], env)
  if (!stdout.includes('"kind": "VerifyReport"')) throw new Error(`verify printed no report: ${stdout}${stderr}`)
  const report = JSON.parse(stdout)
  assertValidVerify(report, 'verify')
  if (!args.includes('--keep')) assert.equal(await probePods(), [], 'probe Pods are left')
  return { ...report, exit: code, stderr }
}

/** What `verify` says while something is broken. */
export const verifyDuring = (fault: Fault, args: readonly string[] = []): Promise<Verified> =>
  during(fault, () => verifyJson(args))

/** The status of each criterion, by its name. */
export const gradeOf = (report: VerifyReport): Record<string, string> =>
  Object.fromEntries(report.criteria.map(c => [c.id, c.status]))

/** What was measured, as short lines: `w1 service udp kubernetes.default.svc.cluster.local timeout`. */
export const cellsOf = (report: VerifyReport, isWanted: (probe: VerifyReport['probes'][number]) => boolean) =>
  report.probes.filter(isWanted).map(p => `${p.node} ${p.to.kind} ${p.protocol} ${p.name} ${p.rcode ?? p.silence}`)
