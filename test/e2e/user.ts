import type { RoleRule } from '../../src/rbac/role-rules.ts'
import type { Grant } from '../../src/rbac.ts'
import { kubectl } from '../cluster/api.ts'
import { Missing, until } from '../cluster/exec.ts'
import { type Atom, atomsOf, isFor } from '../rbac/granted.ts'
import { adminConfig, changed, files } from './surroundings.ts'
import { dnsfix } from './tool.ts'

/** A ServiceAccount that gets what `rbac` prints, or less than that, or what a test gives it. */
const user = { namespace: 'default', name: 'dnsfix-test' } as const

let own: ReturnType<typeof files> | undefined
let applied: readonly Grant[] = []

/** What `kubectl dnsfix rbac` prints for the user of these tests. */
export async function printed(args: readonly string[]): Promise<readonly Grant[]> {
  const account = `${user.namespace}:${user.name}`
  const { stdout, stderr, code } = await dnsfix(['rbac', ...args, '--serviceaccount', account, '-o', 'json'])
  if (code !== 0) throw new Error(`rbac ${args.join(' ')} printed no manifest: ${stdout}${stderr}`)
  return JSON.parse(stdout).items
}

/** The manifest with these rules in the place of its own. */
export const withRules = (
  grants: readonly Grant[],
  rulesOf: (rules: readonly RoleRule[], role: Grant) => readonly RoleRule[],
): readonly Grant[] => grants.map(grant => (grant.rules ? { ...grant, rules: rulesOf(grant.rules, grant) } : grant))

/** A role with these rules in the whole cluster, and its binding to the user. */
export function clusterWide(rules: readonly RoleRule[]): readonly Grant[] {
  const apiGroup = 'rbac.authorization.k8s.io'
  const meta = { apiVersion: `${apiGroup}/v1`, metadata: { name: user.name } }
  const roleRef = { apiGroup, kind: 'ClusterRole', name: user.name }
  return [
    { ...meta, kind: 'ClusterRole', rules },
    { ...meta, kind: 'ClusterRoleBinding', roleRef, subjects: [{ kind: 'ServiceAccount', ...user }] },
  ]
}

/** Gives the user exactly these rights, and returns a token of its own once they count. */
export async function tokenWith(grants: readonly Grant[]): Promise<string> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: user }
  const gone = applied.filter(old => !grants.some(grant => pathOf(grant) === pathOf(old)))
  const before = applied
  applied = [...gone, ...grants]
  await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [account, ...grants] }))
  await remove(gone)
  applied = grants
  await counting(grants, before)
  return (await kubectl(['-n', user.namespace, 'create', 'token', user.name])).trim()
}

/** The same with the path of a kubeconfig. */
export async function userWith(grants: readonly Grant[]): Promise<string> {
  const token = await tokenWith(grants)
  own ??= files()
  return own.write('kubeconfig.json', changed(await adminConfig(), { token }))
}

/** Takes away the user and all of its rights. */
export async function forgetUser(): Promise<void> {
  await remove(applied)
  applied = []
  await kubectl(['-n', user.namespace, 'delete', `serviceaccount/${user.name}`, '--ignore-not-found'])
  own?.remove()
  own = undefined
}

const pathOf = ({ kind, metadata }: Grant): string => `${kind} ${metadata.namespace} ${metadata.name}`

async function remove(grants: readonly Grant[]): Promise<void> {
  for (const { kind, metadata } of grants) {
    const within = metadata.namespace === undefined ? [] : ['-n', metadata.namespace]
    await kubectl([...within, 'delete', kind, metadata.name, '--ignore-not-found'])
  }
}

/** The API server hears of roles a moment after they were written. */
async function counting(grants: readonly Grant[], before: readonly Grant[]): Promise<void> {
  const [now, old] = [atomsOf(grants), atomsOf(before)]
  const gained = now.filter(atom => !old.some(one => isFor(one, atom)))
  const lost = old.filter(atom => !now.some(one => isFor(one, atom)))
  await until('the rights to count', 60, async () => {
    for (const atom of gained) if (!(await isAllowed(atom))) return new Missing(`not yet: ${JSON.stringify(atom)}`)
    for (const atom of lost) if (await isAllowed(atom)) return new Missing(`still: ${JSON.stringify(atom)}`)
    return true
  })
}

async function isAllowed({ resource: full, ...atom }: Atom): Promise<boolean> {
  const [resource, subresource] = full.split('/')
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:${user.namespace}:${user.name}`,
      resourceAttributes: { ...atom, resource, ...(subresource === undefined ? {} : { subresource }) },
    },
  }
  const { status } = JSON.parse(await kubectl(['create', '-f', '-', '-o', 'json'], JSON.stringify(review)))
  return status.allowed === true
}
