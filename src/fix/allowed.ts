import { ExpectedError } from '../errors.ts'
import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import type { Evidence } from '../snapshot/snapshot.ts'
import type { Plan } from './plan.ts'
import { missingRights, preflight, userOf } from './preflight.ts'
import { lacking, type Trouble } from './refusals.ts'
import { rightsOfRun } from './rights.ts'

/**
 * Resolves when the API server would let every change of a plan be made. Rejects with an ExpectedError that names everything that speaks
 * against it: `plan-right`, `plan-refused`, `plan-invalid`, or `plan-conflict` where nothing else does.
 */
export async function assertAllowed(client: Client, plan: Plan, evidence: Evidence): Promise<void> {
  const troubles = await preflight(client, plan, evidence)
  if (troubles.length > 0) throw troubled(troubles)
}

/**
 * Does work that only reads, before there is a plan. Where that is forbidden it rejects with the ExpectedError `plan-right`, which names
 * with that right all others that every run takes and this user lacks. `namespace` is that of DNS.
 */
export async function namingRights<T>(client: Client, namespace: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof RequestError) || error.kind !== 'forbidden' || !error.right) throw error
    const missing = await missingRights(client, [error.right, ...rightsOfRun(namespace)])
    if (missing.length === 0) throw error
    const user = await userOf(client)
    throw troubled(missing.map(right => lacking(right, user)))
  }
}

function troubled(troubles: readonly Trouble[]): ExpectedError {
  // Planning anew helps against conflicts, and against nothing else.
  const kind = troubles.find(t => t.kind !== 'conflict')?.kind ?? 'conflict'
  return new ExpectedError(`The plan cannot be carried out: ${troubles.map(t => t.message).join('; ')}.`, {
    code: `plan-${kind}`,
    hint: [...new Set(troubles.map(t => t.hint))].join('; '),
  })
}
