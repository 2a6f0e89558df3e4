import { clusterEngine } from '../../snapshot/dns.ts'
import type { Plan, Refusal } from '../plan.ts'
import { addonLasts } from './addon.ts'
import type { FixContext, Planner } from './context.ts'
import { type Denied, denials } from './rbac-denied.ts'
import { type Binding, bindingChange, rbacPath, roleChange } from './rbac-objects.ts'
import { allows, needed, type PolicyRule } from './rbac-rules.ts'

/** The rights without which a DNS server does not see Services: what of them is missing is added, nothing is taken away. */
const planner: Planner = {
  name: 'rbac',
  codes: ['DNS111', 'DNS112'],
  plan(context) {
    const { evidence } = context.snapshot
    const engine = clusterEngine(evidence)
    if (codesOf(context).length === 0 || (engine !== 'coredns' && engine !== 'kube-dns')) return null
    const wanted = needed[engine]
    // Only what a DNS server's stock role holds: a log is no reason to grant anything else.
    const denied = denials(evidence).find(d => allows(wanted, d.verb, d.group, d.resource))
    return denied ? grant(context, denied, wanted) : null
  },
}

export default planner

const codesOf = ({ findings }: FixContext) => planner.codes.filter(code => findings.some(f => f.code === code))

function grant(context: FixContext, denied: Denied, wanted: readonly PolicyRule[]): Plan | Refusal | null {
  const { objects } = context
  const all = [...objects.values()].filter(o => o.kind === 'ClusterRoleBinding') as readonly Binding[]
  const own = all.find(binding => binds(binding, denied))
  const name = own?.roleRef?.name ?? usualRole(denied)
  if (name === undefined) return byHand(denied, wanted, 'which ClusterRole it is bound to is not known')
  const role = objects.get(rbacPath('clusterroles', name))
  if (!role && name !== usualRole(denied)) return byHand(denied, wanted, `its ClusterRole ${name} could not be read`)
  const usual = objects.get(rbacPath('clusterrolebindings', name)) as Binding | undefined
  if (!own && usual && usual.roleRef?.name !== name)
    return byHand(denied, wanted, `ClusterRoleBinding ${name} is for another role, and roleRef cannot be changed`)
  return planOf(context, name, [roleChange(name, role, wanted), own ? null : bindingChange(name, usual, denied)])
}

const binds = (binding: Binding, { namespace, account }: Denied): boolean =>
  binding.roleRef?.kind === 'ClusterRole' &&
  binding.subjects?.some(s => s.kind === 'ServiceAccount' && s.name === account && s.namespace === namespace) === true

/** The role that the stock manifests give this account. */
const usualRole = ({ namespace, account }: Denied): string | undefined =>
  namespace === 'kube-system' && ['coredns', 'kube-dns'].includes(account) ? `system:${account}` : undefined

function planOf(context: FixContext, role: string, made: readonly ReturnType<typeof roleChange>[]): Plan | null {
  const parts = made.filter(part => part !== null)
  const about = {
    kind: 'object',
    codes: codesOf(context),
    reach: 'every DNS Pod, and with it every Pod that asks for names of the cluster',
    risk: 'safe',
    survives: lasts(context, role),
  } as const
  const changes = parts.map((part, at) => {
    const settled = at === parts.length - 1 ? ('dns-pods-ready' as const) : ('nothing' as const)
    return { ...about, ...part, awaits: settled }
  })
  // The log may be older than a role that has been repaired since.
  return changes.length > 0 ? { method: 'object', changes, notes: [] } : null
}

/** The API server keeps the role of kube-dns among its own (bootstrappolicy/policy.go); CoreDNS's comes with the add-on. */
const lasts = ({ snapshot }: FixContext, role: string): readonly string[] =>
  role === 'system:kube-dns'
    ? ['the API server writes its own roles again when it starts, and this one with the same rules']
    : addonLasts(snapshot.evidence)

function byHand({ namespace, account }: Denied, wanted: readonly PolicyRule[], why: string): Refusal {
  const steps = wanted.flatMap(({ apiGroups: [group = ''] = [], resources = [], verbs }, at) => {
    const role = `dns-server-${at + 1}`
    const full = resources.map(resource => [resource, group].filter(Boolean).join('.')).join(',')
    return [
      `kubectl create clusterrole ${role} --verb=${verbs.join(',')} --resource=${full}`,
      `kubectl create clusterrolebinding ${role} --clusterrole=${role} --serviceaccount=${namespace}:${account}`,
    ]
  })
  return { method: 'object', reason: `ServiceAccount ${namespace}/${account} lacks rights, and ${why}`, steps }
}
