import { tryKubectl } from '../api.ts'
import { ClusterError } from '../errors.ts'

const looks: readonly (readonly string[])[] = [
  ['get', 'nodes', '-o', 'wide'],
  ['get', 'pods', '-A', '-o', 'wide'],
  ['-n', 'kube-system', 'get', 'configmap', 'coredns', '-o', 'jsonpath={.data.Corefile}'],
  ['-n', 'kube-system', 'logs', '--previous', '-l', 'k8s-app=kube-dns', '--prefix', '--tail=15'],
  ['-n', 'kube-system', 'logs', '-l', 'k8s-app=kube-dns', '--prefix', '--tail=15'],
]

/** Does `work`; when the cluster does not get there, the error also says what state it is in. */
export async function orShow<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    throw new ClusterError(`${error.message}\n${await stateOfCluster()}`, error.hint)
  }
}

/** What a person would look at first, as kubectl prints it. */
async function stateOfCluster(): Promise<string> {
  const texts: string[] = []
  for (const look of looks) texts.push(`$ kubectl ${look.join(' ')}\n${await printed(look)}`)
  const events = await printed(['get', 'events', '-A', '--sort-by=.lastTimestamp'])
  return [...texts, `$ kubectl get events -A\n${events.trimEnd().split('\n').slice(-15).join('\n')}`].join('\n')
}

async function printed(look: readonly string[]): Promise<string> {
  const { stdout, stderr } = await tryKubectl(look)
  return `${stdout}${stderr}`.trimEnd()
}
