import type { ObjectChange, Plan } from '../plan.ts'
import { leftOut, type Wanted, whyOf } from './wanted.ts'

type Parts = Pick<ObjectChange, 'path' | 'before' | 'after' | 'risk' | 'survives'>

/** The plan that sets what is wanted in one object, which holds the Corefile, or which its owner makes the Corefile of. */
export function settingPlan(wanted: Wanted, parts: Parts, notes: readonly string[] = []): Plan {
  const change: ObjectChange = {
    kind: 'object',
    ...parts,
    codes: wanted.codes,
    why: whyOf(wanted),
    reach: 'every Pod that asks the DNS Service',
    awaits: 'corefile-loaded',
  }
  return { method: 'configmap', changes: [change], notes: [...leftOut(wanted), ...notes] }
}

/** The plan where that object says so already. */
export const settled = (object: string): Plan => ({
  method: 'configmap',
  changes: [],
  notes: [`${object} says so already: nothing to change`],
})
