import { existsSync } from 'node:fs'
import { build as buildParts } from './build/index.ts'
import { installPackages } from './debian.ts'
import { takeDown } from './down.ts'
import { ClusterError } from './errors.ts'
import { packages, refuse } from './host.ts'
import { type Node, nodes } from './layout.ts'
import { locked } from './lock.ts'
import { boot, halt } from './machine.ts'
import { state, stateFile } from './paths.ts'
import { type Progress, quiet } from './progress.ts'
import { backAgain, isFrom, isUp, start } from './up.ts'
import { setEngine } from './variants/engines.ts'
import { setResolvConf } from './variants/kubelets.ts'
import { type Variant, type VariantName, variants } from './variants/names.ts'
import { saveOriginals } from './variants/originals.ts'
import { settled } from './variants/settled.ts'
import { orShow } from './variants/shown.ts'

export { isBuilt } from './build/index.ts'
export { ClusterError } from './errors.ts'
export { whyNoCluster } from './host.ts'
export { shell } from './machine.ts'
export { kubeconfigPath, kubectlPath } from './paths.ts'
export { type Progress, progressOn } from './progress.ts'
export { isUp } from './up.ts'
export { type VariantName, variants } from './variants/names.ts'
export { addResolverAddress, startResolver, stopResolver, wanSilent } from './wan.ts'

/** Does `work` while no other process changes the cluster. */
export function alone<T>(work: () => Promise<T>): Promise<T> {
  return locked(stateFile('lock'), 'changes the cluster', work)
}

/** Builds what is missing. */
export async function build(progress: Progress = quiet): Promise<void> {
  refuse()
  await installPackages(packages, progress)
  await alone(() => buildParts(progress))
}

/** Starts the cluster, building first what is not built. A cluster that is already up, from the same parts, stays. */
export async function up(progress: Progress = quiet): Promise<void> {
  refuse()
  await installPackages(packages, progress)
  await alone(async () => {
    const built = await buildParts(progress)
    if (isFrom(built) && (await isUp())) return
    await start(built, progress)
    await saveOriginals()
    await progress('Waiting for CoreDNS to crash on its loop', () =>
      orShow(settled('coredns-loop', variants['coredns-loop'])),
    )
  })
}

/** Starts the cluster anew, whatever became of it. */
export async function renew(): Promise<void> {
  await down()
  await up()
}

/** Removes every process, namespace, mount and disk of the cluster. */
export async function down(): Promise<void> {
  refuse()
  if (existsSync(state)) await alone(takeDown)
}

/** Puts the cluster's DNS in a state, and returns when it shows. */
export async function setVariant(name: VariantName): Promise<void> {
  refuse()
  const variant: Variant = variants[name]
  await alone(async () => {
    await needCluster()
    await orShow(put(name, variant))
  })
}

async function put(name: VariantName, variant: Variant): Promise<void> {
  await setResolvConf(variant.resolvConf)
  await setEngine(variant)
  await settled(name, variant)
}

/** Pulls a node's plug and starts it again; returns when all nodes are Ready. */
export async function reboot(name: string): Promise<void> {
  refuse()
  const node = nodeNamed(name)
  await alone(async () => {
    await needCluster()
    await halt(node.name)
    const since = new Date(Math.floor(Date.now() / 1000) * 1000) // the API's times are whole seconds
    await boot(node)
    await backAgain(node.name, since)
  })
}

/** The node of that name, from the command line. */
export function nodeNamed(name: string): Node {
  const node = nodes.find(node => node.name === name)
  if (node) return node
  throw new ClusterError(`There is no node "${name}".`, `The nodes are ${nodes.map(node => node.name).join(' and ')}.`)
}

/** Throws when no cluster answers. */
export async function needCluster(): Promise<void> {
  if (!(await isUp())) throw new ClusterError('No cluster is up.', 'Start it with: npm run cluster -- up')
}
