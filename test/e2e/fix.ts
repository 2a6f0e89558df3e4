import * as assert from 'uvu/assert'
import { leaseName } from '../../src/fix/lease.ts'
import type { FixReport } from '../../src/report/fix.ts'
import type { UndoReport } from '../../src/report/undo.ts'
import { kubectl, list } from '../cluster/api.ts'
import { setVariant, shell, type VariantName } from '../cluster/cluster.ts'
import { Missing, run, until } from '../cluster/exec.ts'
import { nodes } from '../cluster/layout.ts'
import { enter } from '../cluster/machine.ts'
import { assertValid, assertValidFix } from '../schema.ts'
import { editCorefile, inSystem } from './faults.ts'
import { dnsfix, type Ran } from './tool.ts'
import { probePods, verifyJson } from './verify.ts'

const journalLabels = 'app.kubernetes.io/name=kubectl-dnsfix,app.kubernetes.io/component=journal'

interface KubeObject {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly resourceVersion: string
    readonly labels?: unknown
    readonly annotations?: unknown
  }
  readonly data?: unknown
  readonly binaryData?: unknown
}

/** `fix -o json` as a value, held against the schema, with the exit code; it may leave no Pod of its own. */
export const fixJson = async (args: readonly string[]): Promise<FixReport & { readonly exit: number | null }> => {
  const ran = await dnsfix(['fix', '-o', 'json', ...args])
  assert.equal(await probePods(), [], 'Pods of it are left')
  return { ...reportOf<FixReport>(ran, 'FixReport'), exit: ran.code }
}

/** The same for `undo`. */
export const undoJson = async (
  args: readonly string[] = ['--yes'],
): Promise<UndoReport & { readonly exit: number | null }> => {
  const ran = await dnsfix(['undo', '-o', 'json', ...args])
  return { ...reportOf<UndoReport>(ran, 'UndoReport'), exit: ran.code }
}

/** The run ended like this; else all that it said is in the error. */
export const assertVerdict = (report: FixReport | UndoReport, verdict: string): void =>
  assert.is(report.verdict, verdict, `${report.verdict} and not ${verdict}: ${JSON.stringify(report)}`)

/** Undoes the newest run as soon as nobody holds the lock any more: that of a run which was cut off ends by itself. */
export const undoWhenFree = (): Promise<UndoReport> =>
  until('the lock to end', 60, async () => {
    const ran = await dnsfix(['undo', '--yes', '-o', 'json'])
    const said = JSON.parse(ran.stdout)
    if (said.code === 'busy') return new Missing(said.message)
    assert.is(ran.code, 0, ran.stdout + ran.stderr)
    return reportOf<UndoReport>(ran, 'UndoReport')
  })

function reportOf<T>({ stdout, stderr }: Ran, kind: string): T {
  if (!stdout.includes(`"kind": "${kind}"`)) throw new Error(`it printed no ${kind}: ${stdout}${stderr}`)
  const report = JSON.parse(stdout)
  assertValidFix(report, kind)
  return report
}

/** Runs `fix` or `undo`, which has to end with this error, told to programs as to people. */
export async function failsWith(code: string, exit: number, args: readonly string[]): Promise<string> {
  const ran = await dnsfix([...args, '-o', 'json'])
  assert.is(ran.code, exit, ran.stdout + ran.stderr)
  const error = JSON.parse(ran.stdout)
  assertValid(error, args.join(' '))
  assert.is(error.code, code, error.message)
  assert.equal(await probePods(), [], 'Pods of it are left')
  return error.message
}

/** The journals of the runs so far. */
export const journals = (): Promise<KubeObject[]> => list<KubeObject>([...inSystem, 'configmaps', '-l', journalLabels])

/** What somebody wrote in a ConfigMap, byte for byte. */
export async function contentOf(configMap: string): Promise<string> {
  const { data, binaryData, metadata } = JSON.parse(
    await kubectl([...inSystem, 'get', 'configmap', configMap, '-o', 'json']),
  ) as KubeObject
  const { labels, annotations } = metadata
  return JSON.stringify({ data, binaryData, labels, annotations }, null, 1)
}

/** The resource versions of all that a repair could change, journals and the lock among them. */
export async function versions(): Promise<readonly string[]> {
  const kinds = 'configmaps,services,serviceaccounts,roles,rolebindings'
  const objects = await list<KubeObject>([...inSystem, kinds])
  const cluster = await list<KubeObject>(['clusterroles,clusterrolebindings'])
  const leases = await list<KubeObject>([...inSystem, 'leases', `--field-selector=metadata.name=${leaseName}`])
  return [...objects, ...cluster, ...leases].map(o => `${o.kind} ${o.metadata.name} ${o.metadata.resourceVersion}`)
}

/** Every file in the folders that the kubelet is set up from: owner, mode and content. */
async function filesOf(node: string): Promise<string> {
  const script = `for f in $(find /var/lib/kubelet /etc/default -maxdepth 1 -type f ! -name '*_state' | sort); do
    echo "$(stat -c '%n %u:%g %a' "$f") $(sha256sum < "$f")"
  done`
  return run(enter(node, ['sh', '-c', script]))
}

/** All that a repair of the founding fault may change, byte for byte, with owners and modes. */
export const allBytes = async () => ({
  files: await Promise.all(nodes.map(async ({ name }) => [name, await filesOf(name)] as const)),
  kubeletConfig: await contentOf('kubelet-config'),
  corefile: await contentOf('coredns'),
  replicas: await kubectl([...inSystem, 'get', 'deployment/coredns', '-o', 'jsonpath={.spec.replicas}']),
})

/** Names resolve from Pods on every node. */
export async function assertResolves(when: string): Promise<void> {
  const report = await verifyJson()
  assert.is(report.exit, 0, `${when}: ${JSON.stringify(report.findings)}`)
}

/** Does what a repair has to survive, and returns when it is done. */
export async function onNode(node: string, ...argv: readonly string[]): Promise<void> {
  await run(enter(node, argv))
}

/** Does `work` in the cluster, and leaves the variant as it was, whatever came of it. */
export async function leaving(variant: VariantName, work: () => Promise<void>): Promise<void> {
  await forget()
  try {
    await work()
  } finally {
    await forget()
    await setVariant(variant)
  }
}

/**
 * As `leaving`, where it does not matter how often CoreDNS looks for a new Corefile: it does so every two seconds, which is as often
 * as it can, and not every half minute.
 */
export const leavingSoon = (variant: VariantName, work: () => Promise<void>): Promise<void> =>
  leaving(variant, async () => {
    await editCorefile(text => text.replace(/^( *)reload$/m, '$1reload 2s 1s'))
    await work()
  })

/** Removes whatever runs so far have left: journals, lock, Pods, back-ups on the nodes. */
export async function forget(): Promise<void> {
  await kubectl([...inSystem, 'delete', 'configmaps', '-l', journalLabels])
  await kubectl([...inSystem, 'delete', 'lease', leaseName, '--ignore-not-found'])
  await kubectl(['delete', 'pods', '-A', '-l', 'app.kubernetes.io/name=kubectl-dnsfix', '--grace-period=1'])
  for (const { name } of nodes)
    await shell(name, ['sh', '-c', 'rm -f /var/lib/kubelet/*kubectl-dnsfix* /etc/default/*kubectl-dnsfix*'])
}
