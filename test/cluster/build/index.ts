import { mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { whyNoCluster } from '../host.ts'
import { locked } from '../lock.ts'
import { cache, kubectlPath } from '../paths.ts'
import { counted, type Progress } from '../progress.ts'
import { goParts } from './go.ts'
import { imageParts } from './images.ts'
import { isMade, make, type Part, pathOf, prune } from './part.ts'
import { nodePart, rootfsPart } from './rootfs.ts'
import { storePart } from './store.ts'

/** The build results that a node's disk is made of, and all parts they come from. */
export interface Built {
  rootfs: Part
  node: Part
  store: Part
  all: Part[]
}

/** What is to be built. Cheap: it only reads recipes and Go modules. */
export function plan(): Built {
  const programs = goParts()
  const rootfs = rootfsPart()
  const node = nodePart(programs)
  const images = imageParts(programs, rootfs)
  const store = storePart(images, rootfs)
  return { rootfs, node, store, all: [rootfs, ...programs, ...images, store, node] }
}

/** Whether nothing needs to be built. */
export function isBuilt(): boolean {
  return whyNoCluster() === null && plan().all.every(isMade)
}

/** Builds what is missing; a second build at the same time waits for the first. */
export async function build(progress: Progress): Promise<Built> {
  const built = plan()
  if (built.all.every(isMade)) return built
  await locked(join(cache, 'lock'), 'builds the cluster', async () => {
    const missing = built.all.filter(part => !isMade(part))
    for (const [i, part] of missing.entries()) {
      await progress(counted(part.name, i, missing.length), () => make(part))
    }
    await linkKubectl(built)
    await prune(built.all)
  })
  return built
}

async function linkKubectl({ all }: Built): Promise<void> {
  const kubectl = all.find(part => part.name === 'kubectl')
  if (!kubectl) return
  await mkdir(dirname(kubectlPath()), { recursive: true })
  await rm(kubectlPath(), { force: true })
  await symlink(join(pathOf(kubectl), 'kubectl'), kubectlPath())
}
