import { tryKubectl } from './api.ts'
import { build, down, kubeconfigPath, needCluster, nodeNamed, reboot, setVariant, up } from './cluster.ts'
import { ClusterError } from './errors.ts'
import { refuse } from './host.ts'
import { interactive } from './machine.ts'
import { progressOn } from './progress.ts'
import { variantName, variants } from './variants/names.ts'

const usage = `Usage: npm run cluster -- COMMAND

  up                    start the cluster (the first time everything is compiled, which takes a while)
  down                  remove it
  status                what runs
  variant NAME          put its DNS in a state: ${Object.keys(variants).join(', ')}
  reboot NODE           power-cycle cp1 or w1
  sh NODE [COMMAND...]  a shell, or one command, on a node
  build                 only build`

const progress = progressOn(process.stderr)

const commands: Record<string, (args: string[]) => Promise<unknown>> = {
  up: async () => {
    await progress('Everything', () => up(progress))
    console.log(`export KUBECONFIG=${kubeconfigPath()}`)
  },
  down: () => progress('Removing the cluster', down),
  build: () => build(progress),
  status,
  variant: ([name = '']) => {
    const variant = variantName(name)
    return progress(variant, () => setVariant(variant))
  },
  reboot: ([name = '']) => {
    const node = nodeNamed(name)
    return progress(`Rebooting ${node.name}`, () => reboot(node.name))
  },
  sh: async ([name = '', ...argv]) => {
    refuse()
    return interactive(nodeNamed(name).name, argv.length > 0 ? argv : ['/bin/bash'])
  },
}

async function status(): Promise<void> {
  refuse()
  await needCluster()
  const { stdout } = await tryKubectl(['get', 'nodes,pods', '-A', '-o', 'wide'])
  console.log(`${stdout}\nexport KUBECONFIG=${kubeconfigPath()}`)
}

async function main([name = '', ...args]: string[]): Promise<number> {
  const command = commands[name]
  if (!command) throw new ClusterError(name ? `There is no command "${name}".` : 'Say what to do.', usage)
  const result = await command(args)
  return typeof result === 'number' ? result : 0
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
main(process.argv.slice(2)).then(
  code => process.exit(code),
  error => {
    if (!(error instanceof ClusterError)) throw error
    console.error(error.hint ? `${error.message}\n${error.hint}` : error.message)
    process.exit(2)
  },
)
