import type { KubeObject, ObjectChange } from './plan.ts'

/** A workload has a Pod more than it should, for a while. */
export interface Spare {
  /** of its Scale in the API */
  readonly path: string
  /** how many it is to have */
  readonly replicas: number
}

/** How many Pods a Scale asks for (k8s.io/api/autoscaling/v1: ScaleSpec). */
export const replicasOf = ({ spec }: KubeObject): number =>
  (spec as { readonly replicas?: number } | undefined)?.replicas ?? 0

/** The change of a Scale to so many replicas. */
export const scaleChange = (path: string, live: KubeObject, replicas: number): ObjectChange => ({
  kind: 'object',
  path,
  before: live,
  after: { ...live, spec: { ...(live.spec as object), replicas } },
  codes: [],
  why: 'Taken back: a second DNS Pod was started while the only one was to be restarted',
  reach: 'the second DNS Pod, which ends',
  risk: 'safe',
  survives: [],
  awaits: 'nothing',
})

/** What takes the Pod away again; undefined where it is gone, or somebody has scaled the workload since. */
export const spareBack = (spare: Spare, live: KubeObject | null): ObjectChange | undefined =>
  live && replicasOf(live) === spare.replicas + 1 ? scaleChange(spare.path, live, spare.replicas) : undefined

/** A workload as it will be without its spare Pod; any other object as it is. */
export function withoutSpare(path: string, live: KubeObject | null, spare: Spare | undefined): KubeObject | null {
  const isSpared = live && spare?.path === scaleOf(path) && replicasOf(live) === spare.replicas + 1
  return isSpared ? { ...live, spec: { ...(live.spec as object), replicas: spare.replicas } } : live
}

/** The Scale of a workload. */
export const scaleOf = (workload: string): string => `${workload}/scale`
