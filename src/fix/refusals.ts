import type { FailureKind, RequestError, Right } from '../kube/failures.ts'
import type { KubeObject, ObjectChange } from './plan.ts'
import { grantOf, rightText } from './rights.ts'

/** Why a plan cannot be carried out: a right is missing, a policy refuses it, somebody was there first, the object breaks a rule. */
export interface Trouble {
  readonly kind: 'right' | 'refused' | 'conflict' | 'invalid'
  readonly message: string
  readonly hint: string
}

export const lacking = (right: Right, user: string): Trouble => ({
  kind: 'right',
  message: `You may not ${rightText(right)}`,
  hint: `Ask an administrator to run: ${grantOf(right, user)}`,
})

const again = 'Run the command again: it plans anew from what is there now'

/** An object that is not any more what the change was planned for. */
export function moved({ path, before }: Pick<ObjectChange, 'path' | 'before'>, live: KubeObject | null): Trouble {
  const what =
    live === null ? 'is gone' : before === null ? 'is there by now' : 'was changed by somebody else meanwhile'
  return { kind: 'conflict', message: `${path} ${what}`, hint: again }
}

/**
 * What a refused write means to the user, with the server's own words in it. Throws the error when it is none: the server did not
 * answer, or not to this user.
 */
export function troubleOf(error: RequestError, { path }: Pick<ObjectChange, 'path'>, user: string): Trouble {
  if (notAsked.includes(error.kind)) throw error
  // Admission answers 403 as a missing right does; only the server's words tell them apart.
  if (error.right && / cannot \w+ resource /.test(error.message)) return lacking(error.right, user)
  if (error.kind === 'conflict') return { kind: 'conflict', message: `${path}: ${error.message}`, hint: again }
  const by = policies.find(([pattern]) => pattern.test(error.message))
  if (by) return { kind: 'refused', message: `${by[1]} refuses ${path}: ${error.message}`, hint: by[2] }
  if (error.kind === 'invalid')
    return { kind: 'invalid', message: `${path} would not be valid: ${error.message}`, hint: 'Nothing was changed' }
  return { kind: 'refused', message: `The API server refuses ${path}: ${error.message}`, hint: 'Nothing was changed' }
}

const notAsked: readonly FailureKind[] = ['unauthorized', 'timeout', 'unreachable', 'tls', 'not-kubernetes', 'aborted']

/** Words of admission and RBAC (k8s.io/apiserver, admission/plugin/webhook and policy/validating; kubernetes, pkg/registry/rbac). */
const policies: readonly (readonly [RegExp, by: string, hint: string])[] = [
  [
    /does not support dry run/,
    'An admission webhook that cannot try a change',
    'Its owner has to declare sideEffects: None, or exempt this object',
  ],
  [
    /failed calling webhook/,
    'An admission webhook that does not answer',
    'Repair the webhook, or have its owner exempt this object',
  ],
  [/admission webhook/, 'An admission webhook', 'Ask the owner of that policy to allow it'],
  [/ValidatingAdmissionPolicy|admission policy/, 'An admission policy', 'Ask the owner of that policy to allow it'],
  [
    /attempting to grant RBAC permissions not currently held/,
    'RBAC',
    'Only who has these permissions, or the verb escalate, may give them: run it as a cluster administrator',
  ],
  [/exceeded quota|failed quota/, 'A quota', 'Raise the quota of that namespace'],
  [/is being terminated/, 'A namespace that is being deleted', 'Wait until it is gone'],
]
