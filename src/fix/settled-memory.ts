import { isReady } from '../snapshot/dns.ts'
import type { Pod } from '../snapshot/objects.ts'
import type { LoadedPod } from './loaded.ts'
import { endsOf, isOut, isStuck } from './settled-pods.ts'

/** What is remembered from look to look while a change is waited for, by the uid of a Pod. */
export interface Memory {
  readonly madeAt: number
  /** how many Pods there were that could load something */
  readonly least: number
  /** those that were there before the change */
  readonly old: ReadonlySet<string | undefined>
  /** those of them that had crashed: they serve nobody, and the kubelet would start them again later and later */
  readonly down: ReadonlySet<string | undefined>
  /** how often their servers had ended by then */
  readonly ends: ReadonlyMap<string | undefined, number>
  readonly loaded: Map<string | undefined, LoadedPod>
  readonly answered: Set<string | undefined>
}

/** What there was when the change had just been made, at `madeAt` milliseconds of the clock. */
export const memoryOf = (pods: readonly Pod[], madeAt: number): Memory => ({
  madeAt,
  least: pods.filter(pod => !isOut(pod)).length,
  old: new Set(pods.map(uidOf)),
  down: new Set(pods.filter(hasCrashed).map(uidOf)),
  ends: new Map(pods.map(pod => [uidOf(pod), endsOf(pod)])),
  loaded: new Map(),
  answered: new Set(),
})

export const uidOf = (pod: Pod): string | undefined => pod.metadata.uid

/** Also one that was started again a moment ago and has not come to its end yet, as over a loop. */
const hasCrashed = (pod: Pod): boolean => isStuck(pod) || (!isReady(pod) && endsOf(pod) > 0)
