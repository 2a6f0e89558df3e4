import { engineOf } from '../../snapshot/dns.ts'
import type { KubeObject, ObjectChange } from '../plan.ts'
import type { FixContext, Planner } from './context.ts'

/** What `kubectl rollout restart` writes into the template of Pods (kubectl, polymorphichelpers/objectrestarter.go). */
const restartedAt = 'kubectl.kubernetes.io/restartedAt'

/** DNS Pods that are older than the repair of their kubelet are made anew, by a roll-out of what they come from. */
const planner: Planner = {
  name: 'recreate',
  codes: ['DNS404'],
  plan(context) {
    const isStale = context.findings.some(f => f.code === 'DNS404')
    const isStub = context.findings.some(f => f.code === 'DNS401')
    // As long as a kubelet hands out its stub, new Pods get it again.
    if (!isStale || isStub) return null
    const changes = [...context.objects].flatMap(([path, object]) => {
      const template = templateOf(object)
      return template && isServer(object) ? [changeOf(context, path, object, template)] : []
    })
    const steps = ['kubectl -n kube-system rollout restart deployment coredns']
    if (changes.length === 0) return { method: 'object', reason: 'the Deployment of the DNS Pods was not read', steps }
    return { method: 'object', changes, notes: [] }
  },
}

export default planner

type Template = {
  readonly metadata?: { readonly annotations?: object }
  readonly spec: Parameters<typeof engineOf>[0]
}

const templateOf = (object: KubeObject): Template | undefined =>
  (object.spec as { readonly template?: Template } | undefined)?.template

const isServer = (object: KubeObject): boolean =>
  ['Deployment', 'DaemonSet'].includes(object.kind) &&
  ['coredns', 'kube-dns'].includes(engineOf(templateOf(object)?.spec ?? { containers: [] }))

function changeOf({ snapshot }: FixContext, path: string, before: KubeObject, template: Template): ObjectChange {
  const annotations = { ...template.metadata?.annotations, [restartedAt]: snapshot.takenAt }
  const after = {
    ...before,
    spec: { ...(before.spec as object), template: { ...template, metadata: { ...template.metadata, annotations } } },
  }
  return {
    kind: 'object',
    path,
    before,
    after,
    awaits: 'dns-pods-ready',
    codes: ['DNS404'],
    why: 'The kubelets hand out real servers now, and Pods get that when they are made',
    reach: 'every Pod that asks the DNS Service',
    risk: 'restarts',
    survives: ['Pods that are made later get the repaired file too'],
  }
}
