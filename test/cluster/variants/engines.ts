import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import { kubectl } from '../api.ts'
import { source } from '../paths.ts'
import type { Variant } from './names.ts'
import { originalOf, restore } from './originals.ts'

const inSystem = ['-n', 'kube-system']
const loopDetect = '--dns-loop-detect'

interface Container {
  name: string
  args?: string[]
}

interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string }
  data?: Record<string, string>
  spec?: { template?: { spec: { containers: Container[] } } }
}

/** Puts the variant's DNS server in the cluster, with new Pods, and takes the other one away. */
export async function setEngine(variant: Variant): Promise<void> {
  await restore('service/kube-dns', await originalOf('service/kube-dns'))
  await removeAll()
  await (variant.engine === 'coredns' ? coreDns() : kubeDns(variant))
}

// kube-dns takes its whole grace period of 30 s to end, and whoever deletes its Pods first decides how long that is:
// so the owners go first, without their Pods. New Pods also start without the back-off of crashed ones.
async function removeAll(): Promise<void> {
  const labelled = ['-l', 'k8s-app=kube-dns', '--ignore-not-found']
  await kubectl([...inSystem, 'delete', 'deployments,replicasets', ...labelled, '--cascade=orphan'])
  await kubectl([...inSystem, 'delete', 'pods', ...labelled, '--grace-period=1', '--timeout=60s'])
}

async function coreDns(): Promise<void> {
  await remove('configmap/kube-dns')
  await restore('configmap/coredns', await originalOf('configmap/coredns'))
  await restore('deployment/coredns', await originalOf('deployment/coredns'))
}

async function kubeDns(variant: Variant): Promise<void> {
  await remove('configmap/coredns', 'configmap/kube-dns')
  const text = await readFile(join(source, 'manifests', 'kube-dns.yaml'), 'utf8')
  const objects = parseAllDocuments(text).map(document => document.toJS() as Manifest | null)
  const wanted = objects.flatMap(object => (object ? [prepare(object, variant)] : []))
  if (variant.upstreams) wanted.push(configMap(variant.upstreams))
  await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], wanted.map(o => stringify(o)).join('---\n'))
}

async function remove(...names: string[]): Promise<void> {
  await kubectl([...inSystem, 'delete', ...names, '--ignore-not-found'])
}

/** The manifest's object as the variant wants it. */
function prepare(object: Manifest, variant: Variant): Manifest {
  for (const container of object.spec?.template?.spec.containers ?? []) {
    if (container.name === 'dnsmasq') container.args = dnsmasqArguments(container.args ?? [], variant)
  }
  return object
}

function configMap(upstreams: readonly string[]): Manifest {
  const data = { upstreamNameservers: JSON.stringify(upstreams) }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-dns', namespace: 'kube-system' }, data }
}

function dnsmasqArguments(args: readonly string[], variant: Variant): string[] {
  return args.flatMap(argument =>
    variant.loopDetect && argument === '--no-negcache' ? [argument, loopDetect] : argument,
  )
}
