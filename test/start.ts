import { delimiter, dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { buildBinary } from '../krew/build.ts'
import { isBuilt, kubeconfigPath, kubectlPath, progressOn, setVariant, up, whyNoCluster } from './cluster/cluster.ts'
import { root, show } from './runner.ts'

const recorded = join(root, 'test', 'evidence', 'coredns-loop.json')
const progress = progressOn(process.stderr)
const say = (text: string) => console.error(`\n${text}\n`)

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { kubeconfig: { type: 'string' } } })
  const binary = await progress('Building dist/kubectl-dnsfix', buildBinary)
  if (values.kubeconfig !== undefined) return onExisting(binary, values.kubeconfig)
  const reason = whyNoCluster()
  if (reason !== null) {
    say(`${reason} So here is kubectl dnsfix check on evidence that was recorded from such a cluster:`)
    await onRecorded(binary)
    next(['kubectl dnsfix check', 'on a cluster of your own: npm start -- --kubeconfig FILE'])
    return 0
  }
  if (!isBuilt()) {
    say('First, kubectl dnsfix check on evidence that was recorded from a cluster like the one that is built next:')
    await onRecorded(binary)
    say('Now the real one. The first time, Kubernetes is compiled from source, about 16 minutes on two cores.')
  }
  return onCluster(binary)
}

async function onRecorded(binary: string): Promise<void> {
  console.error(`$ kubectl dnsfix check --from ${relative(process.cwd(), recorded)}\n`)
  await show([binary, 'check', '--from', recorded])
}

async function onExisting(binary: string, kubeconfig: string): Promise<number> {
  console.error(`\n$ kubectl dnsfix check --kubeconfig ${kubeconfig}\n`)
  const { code } = await show([binary, 'check', '--kubeconfig', kubeconfig])
  return code
}

/** Through kubectl, which finds the plugin on the PATH by its name. */
async function onCluster(binary: string): Promise<number> {
  await up(progress)
  await progress('Giving it the fault: every name times out', () => setVariant('coredns-loop'))
  const path = [dirname(binary), dirname(kubectlPath())].join(delimiter)
  console.error('\n$ kubectl dnsfix check\n')
  const env = { KUBECONFIG: kubeconfigPath(), PATH: `${path}${delimiter}${process.env.PATH}` }
  const { code } = await show([kubectlPath(), 'dnsfix', 'check'], env)
  next([
    `export KUBECONFIG=${kubeconfigPath()}`,
    `export PATH=${path}:$PATH`,
    'kubectl get pods -n kube-system       # the DNS Pods crash',
    "kubectl dnsfix check -o json | jq -r '.findings[].message'",
    'kubectl dnsfix explain DNS301         # what a code means',
    'npm run cluster -- variant coredns-healthy && kubectl dnsfix check',
    'npm run cluster -- down               # take the cluster down',
  ])
  // The fault is there to be found: 1 is what check should say of it.
  return code === 1 ? 0 : 1
}

function next(lines: readonly string[]): void {
  say(`What to type next:\n\n${lines.map(line => `  ${line}`).join('\n')}`)
}

process.exitCode = await main()
