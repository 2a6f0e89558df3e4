import { ownerOf } from '../../criteria/owners.ts'
import { distributionOf } from '../../distributions.ts'
import type { MountedCorefile } from '../../snapshot/corefiles.ts'
import type { ConfigMap } from '../../snapshot/objects.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'
import type { KubeObject, ObjectChange } from '../plan.ts'
import { newConfigMap, pathOfRef, withData } from './config-map.ts'
import type { FixContext } from './context.ts'
import { survivalOf } from './survival.ts'

/** The Corefile set to this text, and nothing else of its ConfigMap; it is made where it is not there. */
export function corefileChange(
  { snapshot, objects }: FixContext,
  { configMap, key }: MountedCorefile,
  text: string,
  about: Pick<ObjectChange, 'codes' | 'why' | 'reach'>,
): ObjectChange {
  const path = pathOfRef(configMap)
  const before = objects.get(path) ?? null
  const [namespace = '', name = ''] = configMap.split('/')
  const data = { [key]: text }
  const after = before ? withData(before, data) : newConfigMap(namespace, name, data)
  const survives = lasts(snapshot.evidence, after)
  return { kind: 'object', path, before, after, ...about, risk: 'safe', survives, awaits: 'corefile-loaded' }
}

function lasts(evidence: Evidence, map: KubeObject): readonly string[] {
  const owner = ownerOf(map as unknown as ConfigMap, distributionOf(evidence))
  return owner ? [`${owner.name} ${owner.does}`] : survivalOf(evidence, 'coredns', map)
}
