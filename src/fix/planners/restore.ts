import { type MountedCorefile, mountedCorefile } from '../../snapshot/corefiles.ts'
import { coreDnsVersion } from '../../snapshot/version.ts'
import type { Refusal } from '../plan.ts'
import { dataOf, pathOfRef } from './config-map.ts'
import type { FixContext, Planner } from './context.ts'
import { corefileChange } from './corefile-change.ts'
import { closedCorefile, whyNotGood } from './good-corefile.ts'
import { journalTexts, type OldText } from './journal-texts.ts'

/** A Corefile that CoreDNS cannot start with, or that is gone: the last good one is put back, or the one plain mistake mended. */
const planner: Planner = {
  name: 'restore',
  codes: ['DNS201', 'DNS202', 'DNS204'],
  plan(context) {
    const codes = planner.codes.filter(code => context.findings.some(f => f.code === code))
    const mounted = mountedCorefile(context.snapshot.evidence)
    if (codes.length === 0 || !mounted) return null
    const problem = problemOf(context)
    if (problem === null) return latent(context, mounted)
    if (mounted.text !== undefined && !context.objects.has(pathOfRef(mounted.configMap))) return unread(mounted)
    const good = lastGood(context, mounted)
    if (!good) return byHand(mounted, problem)
    const why = `CoreDNS cannot start with the present Corefile (${problem}); it is set to ${good.from}`
    const change = corefileChange(context, mounted, good.text, {
      codes,
      why,
      reach: 'every Pod that asks the DNS Service',
    })
    return { method: 'configmap', changes: [change], notes: [] }
  },
}

export default planner

/** What is wrong with the present Corefile; null when it is only known that CoreDNS once refused one. */
function problemOf({ findings }: FixContext): string | null {
  const invalid = findings.find(f => f.code === 'DNS201')
  const missing = findings.find(f => f.code === 'DNS204')
  if (invalid) return invalid.args.problem
  return missing ? `ConfigMap ${missing.args.configMap} has no key ${missing.args.key}` : null
}

/**
 * The newest text that CoreDNS of this version can start with. `Corefile-backup` is what kubeadm keeps before it migrates a
 * Corefile (kubernetes 1.35, cmd/kubeadm/app/phases/addons/dns/dns.go).
 */
function lastGood({ snapshot: { evidence }, objects }: FixContext, mounted: MountedCorefile): OldText | undefined {
  const version = coreDnsVersion(evidence)
  const path = pathOfRef(mounted.configMap)
  const backup = dataOf(objects.get(path))['Corefile-backup']
  const closed = mounted.text === undefined ? null : closedCorefile(mounted.text, version)
  const known: readonly OldText[] = [
    ...journalTexts(objects, path, mounted.key),
    ...(backup === undefined ? [] : [{ text: backup, from: 'what kubeadm kept as Corefile-backup' }]),
    ...(closed === null ? [] : [{ text: closed, from: 'the same text with the } that is missing at its end' }]),
  ]
  return known.find(({ text }) => text !== mounted.text && whyNotGood(text, version) === null)
}

const refuse = (reason: string, ...steps: readonly string[]): Refusal => ({ method: 'configmap', reason, steps })

const editOf = ({ configMap }: MountedCorefile): string => {
  const [namespace, name] = configMap.split('/')
  return `kubectl -n ${namespace} edit configmap ${name}`
}

const unread = (mounted: MountedCorefile): Refusal =>
  refuse(`ConfigMap ${mounted.configMap} could not be read`, editOf(mounted))

function byHand(mounted: MountedCorefile, problem: string): Refusal {
  const { configMap, key, text } = mounted
  return refuse(
    `the Corefile cannot be used (${problem}), and no earlier one is known that could`,
    text === undefined
      ? `put a Corefile into ConfigMap ${configMap} as key ${key}; kubeadm init phase addon coredns writes the stock one`
      : `correct that: ${editOf(mounted)}`,
    'kubectl dnsfix check tells whether CoreDNS can start with it',
  )
}

/** CoreDNS refused what seems right: it was corrected just now, or CoreDNS knows better. An older text would be a guess. */
function latent({ findings }: FixContext, mounted: MountedCorefile): Refusal {
  const [seen] = findings.find(f => f.code === 'DNS202')?.evidence ?? []
  return refuse(
    `nothing wrong is found in the Corefile, and CoreDNS refused it, or one before it: ${seen?.text ?? 'see its log'}`,
    'if it was corrected just now, wait two minutes: CoreDNS tries every changed text',
    `else correct what CoreDNS names: ${editOf(mounted)}`,
  )
}
