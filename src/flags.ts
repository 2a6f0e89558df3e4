import { type DryRun, dryRuns, methods, type Output, outputs, type VerifyOutput, verifyOutputs } from './options.ts'

export const commands = ['check', 'fix', 'verify', 'undo', 'explain', 'rbac', 'version', 'completion'] as const
export type Command = (typeof commands)[number]

/** kubectl's own flags by kubectl's names: every command that talks to a cluster takes them. */
export const kubeFlags = {
  kubeconfig: { type: 'string', nargs: 1, describe: 'Path to the kubeconfig file' },
  context: { type: 'string', nargs: 1, describe: 'The kubeconfig context to use' },
  cluster: { type: 'string', nargs: 1, describe: 'The kubeconfig cluster to use' },
  user: { type: 'string', nargs: 1, describe: 'The kubeconfig user to use' },
  server: { alias: 's', type: 'string', nargs: 1, describe: 'Address and port of the API server' },
  'tls-server-name': { type: 'string', nargs: 1, describe: "Name to expect in the server's certificate" },
  'certificate-authority': { type: 'string', nargs: 1, describe: 'Path to the certificate of the authority' },
  'insecure-skip-tls-verify': { type: 'boolean', describe: "Take any server's certificate: insecure" },
  token: { type: 'string', nargs: 1, describe: 'Bearer token to log in with' },
  'client-certificate': { type: 'string', nargs: 1, describe: 'Path to a client certificate' },
  'client-key': { type: 'string', nargs: 1, describe: 'Path to the key of the client certificate' },
  namespace: { alias: 'n', type: 'string', nargs: 1, describe: 'The namespace to act in' },
  as: { type: 'string', nargs: 1, describe: 'Username to impersonate' },
  'as-uid': { type: 'string', nargs: 1, describe: 'UID to impersonate' },
  'as-group': { type: 'string', array: true, nargs: 1, describe: 'Group to impersonate, may be repeated' },
  'request-timeout': { type: 'string', nargs: 1, describe: 'Time limit for a single request, as in 5s; 0 is no limit' },
} as const

export const outputFlag = {
  output: { alias: 'o', nargs: 1, choices: outputs, default: 'table' as Output, describe: 'Form of the output' },
} as const

/** What to ask for and what to do with the evidence. */
export const lookFlags = {
  name: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'NAME[=ADDRESS] to ask for instead of example.com; may be repeated',
  },
  external: {
    type: 'boolean',
    default: true,
    describe: 'Ask for a name outside the cluster (--no-external: closed network)',
  },
  'fail-on': {
    nargs: 1,
    choices: ['error', 'warning', 'info'] as const,
    default: 'error' as const,
    describe: 'Exit 1 from this severity on',
  },
  save: { type: 'string', nargs: 1, describe: 'Write the evidence to this file' },
  redact: { type: 'boolean', default: false, describe: 'Replace addresses, names of nodes and names asked for' },
  from: { type: 'string', nargs: 1, describe: 'Judge the evidence in this file; no cluster is asked' },
  verbose: {
    alias: 'v',
    type: 'boolean',
    default: false,
    describe: 'Tell on stderr what is asked of the cluster; -v 6 too',
  },
} as const

export const checkFlags = { ...outputFlag, ...lookFlags } as const

/** Without defaults of yargs's where `--from` excludes a flag: it could not tell one from what was typed. */
export const probeFlags = {
  nodes: { type: 'string', nargs: 1, describe: 'Where to probe: N, all, LABEL=VALUE,… or NAME,…; else up to 20 nodes' },
  'host-network': { type: 'boolean', describe: "One more probe per node, in the node's own network" },
  image: { type: 'string', nargs: 1, describe: 'Image of the probe Pods; else that of the DNS server' },
  wait: { type: 'string', nargs: 1, describe: 'Repeat until it passes, for so long at most, as in 5m' },
  timeout: { type: 'string', nargs: 1, defaultDescription: '2m', describe: 'Time limit for one round, 10s to 30m' },
  keep: { type: 'boolean', describe: 'Leave the probe Pods; they end by themselves' },
} as const

export const verifyFlags = {
  output: { ...outputFlag.output, choices: verifyOutputs, default: 'table' as VerifyOutput },
  ...probeFlags,
  ...lookFlags,
} as const

const yes = {
  alias: 'y',
  type: 'boolean',
  default: false,
  describe: 'Do not ask before the cluster is changed',
} as const

/** How to repair, and how sure to be. */
export const repairFlags = {
  method: { nargs: 1, choices: methods, describe: 'Where to repair; else the least intrusive way that lasts' },
  upstream: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: "IP[:PORT],… to send names outside the cluster to; else the nodes' own resolvers",
  },
  'stub-domain': {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'DOMAIN=IP[:PORT],… that has DNS servers of its own; may be repeated',
  },
  'dry-run': {
    nargs: 1,
    choices: dryRuns,
    default: 'none' as DryRun,
    describe: 'client: only show the plan; server: have it judged too',
  },
  yes,
  verify: { type: 'boolean', default: true, describe: 'Prove that names resolve (--no-verify: do not)' },
  rollback: { type: 'boolean', default: true, describe: 'Take it back if the proof fails (--no-rollback: do not)' },
  timeout: {
    type: 'string',
    nargs: 1,
    defaultDescription: '5m',
    describe: 'Time limit for each step and for the proof, 10s to 30m',
  },
} as const

const { name, external, verbose } = lookFlags

export const fixFlags = { ...outputFlag, ...repairFlags, name, external, verbose } as const

export const undoFlags = {
  ...outputFlag,
  list: { type: 'boolean', default: false, describe: 'Show what fix has done here; changes nothing' },
  yes,
  force: { type: 'boolean', default: false, describe: 'Also where somebody has changed the object since' },
  verbose,
} as const

export const versionFlags = {
  ...outputFlag,
  client: { type: 'boolean', default: false, describe: 'Only this program: no cluster is asked' },
  verbose,
} as const

/** As kubectl's own, where the namespace is that of the probe Pods. */
export const probingKubeFlags = {
  ...kubeFlags,
  namespace: { ...kubeFlags.namespace, describe: 'The namespace of the probe Pods' },
} as const
