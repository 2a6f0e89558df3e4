import { runLabel } from '../../probes/pod.ts'

/** The labels of every Pod that works on a node; `app.kubernetes.io/instance` is added and names the run. */
export const nodeLabels = {
  'app.kubernetes.io/name': 'kubectl-dnsfix',
  'app.kubernetes.io/component': 'node',
} as const

/** What a Pod is there for: `look` changes nothing, `change` is made by the holder of the lock alone. */
export const workLabel = 'kubectl-dnsfix/work'

export const container = 'node'

/** Time for a script to put back what it has begun. */
export const graceSeconds = 30

export interface NodePod {
  readonly name: string
  readonly run: string
  readonly work: 'look' | 'change'
  readonly node: string
  /** of the node, as it tells it: `amd64` */
  readonly architecture: string
  readonly image: string
  readonly script: string
  /** what the script is told, as environment variables */
  readonly variables: Readonly<Record<string, string>>
  /** after so many seconds the kubelet ends the Pod, whatever became of us */
  readonly deadlineSeconds: number
}

/**
 * The manifest of a Pod that runs a script in the node's own namespaces, with the node's own shell. Its image only has to be there: the
 * programs and libraries are the host's, mounted read-only. Placed by name, because a kubelet that has started anew judges the affinity of
 * its Pods before it has heard of its own node. `$$` in the script would come out as `$` (kubernetes, third_party/forked/golang/expansion).
 */
export function nodePod(pod: NodePod): object {
  const folders = ['/usr', '/lib', ...(hasLib64.has(pod.architecture) ? ['/lib64'] : [])]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod.name, labels: { ...nodeLabels, [runLabel]: pod.run, [workLabel]: pod.work } },
    spec: {
      nodeName: pod.node,
      restartPolicy: 'Never',
      activeDeadlineSeconds: pod.deadlineSeconds,
      terminationGracePeriodSeconds: graceSeconds,
      hostPID: true,
      hostNetwork: true,
      dnsPolicy: 'Default',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      tolerations: [{ operator: 'Exists' }],
      containers: [shellOf(pod, folders)],
      volumes: folders.map(path => ({ name: nameOf(path), hostPath: { path, type: 'Directory' } })),
    },
  }
}

const shellOf = (pod: NodePod, folders: readonly string[]): object => ({
  name: container,
  image: pod.image,
  imagePullPolicy: 'IfNotPresent',
  command: [...enter, '/bin/sh', '-ec'],
  args: [pod.script],
  env: Object.entries({ PATH: programs, ...pod.variables }).map(([name, value]) => ({ name, value })),
  securityContext: { privileged: true },
  resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '1', memory: '256Mi' } },
  volumeMounts: folders.map(path => ({ name: nameOf(path), mountPath: path, readOnly: true })),
})

const nameOf = (folder: string): string => folder.slice(1)

/**
 * Where the ABI has the program loader in /lib64; elsewhere it is in /lib, and the host may have no /lib64. Docker's and containerd's
 * way with a host path that is missing is to make it.
 */
const hasLib64: ReadonlySet<string> = new Set(['amd64', 'ppc64le', 'loong64'])

/** Not `-p`: the Pod is in the host's PID namespace, and nsenter would fork, so that the shell would never hear of SIGTERM. */
const enter = ['/usr/bin/nsenter', '-t', '1', '-m', '-u', '-i', '-n', '-w', '--']

/** kubeadm is in the last one on Flatcar. */
const programs = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/bin'
