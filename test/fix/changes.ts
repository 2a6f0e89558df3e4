import type { KubeObject, NodeChange, ObjectChange, Plan } from '../../src/fix/plan.ts'

export const path = '/api/v1/namespaces/kube-system/configmaps/coredns'

export const configMap = (Corefile: string, name = 'coredns'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'kube-system' },
  data: { Corefile },
})

const why = {
  codes: [],
  why: 'CoreDNS forwards to itself',
  reach: 'every Pod',
  risk: 'safe',
  survives: ['a restart'],
} as const

export const objectChange = (before: KubeObject | null, after: KubeObject | null, at = path): ObjectChange => ({
  kind: 'object',
  ...why,
  path: at,
  before,
  after,
  awaits: 'nothing',
})

export const nodeChange = (node: string, before: string | null, after: string): NodeChange => ({
  kind: 'node',
  ...why,
  node,
  file: '/var/lib/kubelet/config.yaml',
  before,
  after,
})

export const planOf = (...changes: Plan['changes']): Plan => ({ method: 'configmap', changes, notes: [] })
