import { join } from 'node:path'
import { buildBinary } from '../krew/build.ts'
import { kubeconfigPath, progressOn, setVariant, up, type VariantName, variants } from './cluster/cluster.ts'
import { root, show } from './runner.ts'

/** Records the evidence of every variant of the cluster anew, as test data: `npm run record`. */
const progress = progressOn(process.stderr)
const binary = await progress('Building dist/kubectl-dnsfix', buildBinary)
await up(progress)
for (const variant of Object.keys(variants) as VariantName[]) {
  await progress(variant, () => setVariant(variant))
  const save = (command: string, ...path: string[]) => {
    const file = join(root, 'test', 'evidence', ...path)
    return show([binary, command, '--kubeconfig', kubeconfigPath(), '--name', 'example.com', '--save', file])
  }
  await save('check', `${variant}.json`)
  await save('verify', 'verified', `${variant}.json`)
}
