/** A rule of a ClusterRole (rbac.authorization.k8s.io/v1 PolicyRule), as far as it is read here. */
export interface PolicyRule {
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

const verbs = ['list', 'watch']

/** kubernetes 1.35: cmd/kubeadm/app/phases/addons/dns/manifests.go, and plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go. */
export const needed: Readonly<Record<'coredns' | 'kube-dns', readonly PolicyRule[]>> = {
  coredns: [
    { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs },
  ],
  'kube-dns': [{ apiGroups: [''], resources: ['endpoints', 'services'], verbs }],
}

const holds = (list: readonly string[] | undefined, word: string): boolean =>
  list?.some(each => each === word || each === '*') === true

/** Whether these rules let somebody do this to all objects of a resource. */
export const allows = (rules: readonly PolicyRule[], verb: string, group: string, resource: string): boolean =>
  rules.some(
    r => !r.resourceNames?.length && holds(r.apiGroups, group) && holds(r.resources, resource) && holds(r.verbs, verb),
  )

/** What of `wanted` the rules do not give yet, in as few rules. */
export function missingRules(rules: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  const open = wanted.flatMap(({ apiGroups: [group = ''] = [], resources = [], verbs }) =>
    resources.map(resource => ({ group, resource, verbs: verbs.filter(v => !allows(rules, v, group, resource)) })),
  )
  const alike = Map.groupBy(
    open.filter(o => o.verbs.length > 0),
    o => `${o.group} ${o.verbs.join()}`,
  )
  return [...alike.values()].flatMap(same => {
    const [first] = same
    return first ? [{ apiGroups: [first.group], resources: same.map(o => o.resource), verbs: first.verbs }] : []
  })
}

/** `list, watch endpointslices.discovery.k8s.io`, as a person says it. */
export const ruleText = ({ apiGroups, resources, verbs }: PolicyRule): string =>
  `${verbs.join(', ')} ${(resources ?? []).map(r => [r, ...(apiGroups ?? [])].filter(Boolean).join('.')).join(', ')}`
