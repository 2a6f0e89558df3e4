import { parseDocument, stringify } from 'yaml'
import { versionNumbers } from '../corefile/version.ts'
import { attempt, type Look } from './look.ts'
import type { ConfigMap } from './objects.ts'
import { prune, shapes } from './prune.ts'
import type { Evidence } from './snapshot.ts'

/**
 * Evidence of what will become of the DNS configuration that `check` does not need: of a kubeadm cluster, what its ConfigMaps
 * kubelet-config and kubeadm-config say of DNS, and nothing else of them. Takes `get` of ConfigMaps in kube-system; what
 * cannot be read becomes a gap.
 */
export async function collectSurvival(look: Look, evidence: Evidence): Promise<Evidence> {
  if (!evidence.configMaps.some(isKubeadmConfig)) return evidence
  const [kubelet, kubeadm] = await Promise.all([getKubeletConfig(look, evidence), getConfigMap(look, 'kubeadm-config')])
  const rest = evidence.configMaps.filter(map => !isKubeadmConfig(map))
  const known = kubeadm
    ? [about(kubeadm, 'ClusterConfiguration', ['dns'])]
    : evidence.configMaps.filter(isKubeadmConfig)
  const stored = kubelet ? [about(kubelet, 'kubelet', ['clusterDNS', 'clusterDomain', 'resolvConf'])] : []
  return { ...evidence, configMaps: [...rest, ...known, ...stored] }
}

const isKubeadmConfig = ({ metadata }: ConfigMap): boolean =>
  metadata.name === 'kubeadm-config' && metadata.namespace === 'kube-system'

/** Before Kubernetes 1.24 its name ends with the version: kubelet-config-1.23. */
async function getKubeletConfig(look: Look, { version }: Evidence): Promise<ConfigMap | undefined> {
  const [major, minor] = versionNumbers(version[0]?.gitVersion) ?? []
  const isOld = major === 1 && minor !== undefined && minor < 24
  const current = await getConfigMap(look, 'kubelet-config', isOld)
  return current ?? (isOld ? getConfigMap(look, `kubelet-config-1.${minor}`) : undefined)
}

async function getConfigMap(look: Look, name: string, mayBeAbsent = false): Promise<ConfigMap | undefined> {
  const path = `/api/v1/namespaces/kube-system/configmaps/${name}`
  const get = () => look.client.get(path, { signal: look.signal })
  const what = { input: 'version', object: `kube-system/${name}`, ...(mayBeAbsent ? { mayBeAbsent } : {}) } as const
  const found = await attempt(look, what, get)
  return found ? prune<ConfigMap>(found, shapes.configMap) : undefined
}

/** The ConfigMap with these fields of one of its keys. Text that is no YAML holds none of them. */
function about({ metadata, data }: ConfigMap, key: string, fields: readonly string[]): ConfigMap {
  const whole = fieldsOf(data?.[key])
  const kept = fields.filter(field => whole[field] !== undefined).map(field => [field, whole[field]])
  return { metadata, data: { [key]: stringify(Object.fromEntries(kept)) } }
}

function fieldsOf(text: string | undefined): Readonly<Record<string, unknown>> {
  const document = parseDocument(text ?? '')
  const value: unknown = document.errors.length > 0 ? null : document.toJS()
  return value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {}
}

/** What kubeadm would write into the configuration of every kubelet; `resolvConf` is null where it says nothing. */
export function storedKubeletConfig(evidence: Pick<Evidence, 'configMaps'>) {
  const map = evidence.configMaps.find(
    ({ metadata, data }) => /^kubelet-config(-1\.\d+)?$/.test(metadata.name) && data?.kubelet !== undefined,
  )
  if (!map) return undefined
  const { resolvConf } = fieldsOf(map.data?.kubelet)
  return { configMap: map.metadata.name, resolvConf: typeof resolvConf === 'string' ? resolvConf : null }
}

/** Whether kubeadm leaves DNS alone (`dns.disabled`, kubeadm.k8s.io/v1beta4); null where its configuration was not read. */
export function isDnsDisabled(evidence: Pick<Evidence, 'configMaps'>): boolean | null {
  const text = evidence.configMaps.find(isKubeadmConfig)?.data?.ClusterConfiguration
  if (text === undefined) return null
  const dns = fieldsOf(text).dns
  return dns !== null && typeof dns === 'object' && (dns as { disabled?: unknown }).disabled === true
}

/** Who last wrote a key of a ConfigMap, and when; undefined where the API server does not say. */
export function lastWriter(map: ConfigMap, key: string) {
  const own = (map.metadata.managedFields ?? []).filter(f => f.fieldsV1?.['f:data']?.[`f:${key}`] !== undefined)
  const last = own.toSorted((a, b) => (a.time ?? '').localeCompare(b.time ?? '')).at(-1)
  return last?.manager === undefined ? undefined : { manager: last.manager, day: (last.time ?? '').slice(0, 10) }
}
