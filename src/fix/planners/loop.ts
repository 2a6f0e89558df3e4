import type { Code } from '../../catalog.ts'
import { addPlugin, type EditOptions } from '../../corefile/edit.ts'
import { ownerOf } from '../../criteria/owners.ts'
import { distributionOf } from '../../distributions.ts'
import { type MountedCorefile, mountedCorefile } from '../../snapshot/corefiles.ts'
import type { ConfigMap } from '../../snapshot/objects.ts'
import { coreDnsVersion } from '../../snapshot/version.ts'
import type { Refusal } from '../plan.ts'
import { pathOfRef } from './config-map.ts'
import type { FixContext, Planner } from './context.ts'
import { corefileChange } from './corefile-change.ts'
import { dnsPort } from './service-object.ts'

/** An upstream that may lead back to CoreDNS: with the plugin, Pods that only run hot today would crash. */
const loops: readonly Code[] = ['DNS105', 'DNS301', 'DNS304', 'DNS401', 'DNS404']

/** A Corefile that forwards without the plugin `loop` gets it, where nothing speaks of a loop that is there already. */
const planner: Planner = {
  name: 'loop',
  codes: ['DNS205'],
  plan(context) {
    const mounted = mountedCorefile(context.snapshot.evidence)
    if (!isMissing(context) || mounted?.text === undefined) return null
    const why = whyNot(context, mounted)
    if (why) return why
    const edited = addPlugin(mounted.text, 'loop', optionsOf(context, mounted))
    if ('refused' in edited)
      return refuse(edited.refused, `add the line loop to the Corefile in ConfigMap ${mounted.configMap}`)
    const change = corefileChange(context, mounted, edited.text, {
      codes: ['DNS205'],
      why: 'without the plugin loop, an upstream that leads back to CoreDNS goes unnoticed until memory or CPU is used up',
      reach: 'nobody yet: it is a safeguard',
    })
    return { method: 'configmap', changes: [change], notes: edited.notes }
  },
}

export default planner

/**
 * A Corefile that is going to be written anyway, with `loop` where it was found missing; the same text where it was not, or where it
 * cannot be put in. For a text whose upstream does not lead back any more.
 */
export function withLoop(context: FixContext, text: string): string {
  const mounted = mountedCorefile(context.snapshot.evidence)
  if (!isMissing(context) || !mounted) return text
  const edited = addPlugin(text, 'loop', optionsOf(context, mounted))
  return 'refused' in edited ? text : edited.text
}

const isMissing = ({ findings }: FixContext): boolean => findings.some(f => f.code === 'DNS205')

/** What the DNS Pods go by beside the Corefile: their version, where they listen, and the files that it imports. */
function optionsOf({ snapshot: { evidence } }: FixContext, { corefile }: MountedCorefile): EditOptions {
  const [own, ...imported] = corefile?.sources ?? []
  const files = new Map([own, ...imported].flatMap(s => (s ? [[s.file, s.text] as const] : [])))
  const listen = `${dnsPort(evidence, 'UDP')}`
  return { version: coreDnsVersion(evidence), listen, files, ...(own ? { path: own.file } : {}) }
}

const refuse = (reason: string, ...steps: readonly string[]): Refusal => ({ method: 'configmap', reason, steps })

function whyNot({ snapshot, objects, findings }: FixContext, { configMap }: MountedCorefile): Refusal | null {
  const loop = findings.find(f => loops.includes(f.code))
  if (loop)
    return refuse('the upstream leads back to the DNS Pods, which would then crash', `kubectl dnsfix fix ${loop.code}`)
  const map = objects.get(pathOfRef(configMap))
  if (!map)
    return refuse(`ConfigMap ${configMap} could not be read`, `kubectl -n ${configMap.replace('/', ' get configmap ')}`)
  const owner = ownerOf(map as unknown as ConfigMap, distributionOf(snapshot.evidence))
  return owner ? refuse(`${owner.name} ${owner.does}`, `the line loop belongs into its text; ${owner.instead}`) : null
}
