import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { ExpectedError } from '../errors.ts'
import { reason } from './certificates.ts'
import { isEmpty, type Kubeconfig, mergeKubeconfigs, noCluster, noUser } from './kubeconfig.ts'
import { parseKubeconfig } from './parse.ts'

/** What the machine contributes; a value, so that tests bring their own. */
export type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** where a Pod finds its service account */
  readonly serviceAccount: string
  readonly now: () => number
}

export function hostSurroundings(): Surroundings {
  const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount'
  return { env: process.env, home: homedir(), serviceAccount, now: Date.now }
}

export type Wanted = { readonly kubeconfig?: string | undefined; readonly server?: string | undefined }

/**
 * Finds and joins the kubeconfig files; in a Pod without any, the Pod's service account.
 * Who names a server needs no kubeconfig.
 */
export function findKubeconfig({ kubeconfig: explicit, server }: Wanted, surroundings: Surroundings): Kubeconfig {
  const files = explicit ? [explicit] : defaultFiles(surroundings)
  const texts = files.map(file => ({ file, text: readConfigFile(file, explicit !== undefined) }))
  const present = texts.flatMap(({ file, text }) => (text === undefined ? [] : [{ file, text }]))
  const config = mergeKubeconfigs(present.map(({ file, text }) => parseKubeconfig(text, file)))
  if (!isEmpty(config) || server) return config
  const inCluster = explicit ? undefined : serviceAccountConfig(surroundings)
  if (inCluster) return inCluster
  throw nothingFound(files, present.length > 0)
}

/** An empty KUBECONFIG counts as not set; a KUBECONFIG that names missing files does not fall back to the home folder. */
function defaultFiles({ env, home }: Surroundings): string[] {
  const list = (env.KUBECONFIG ?? '').split(delimiter).filter(Boolean)
  return list.length > 0 ? [...new Set(list)] : [join(home, '.kube', 'config')]
}

/** A file of the list that is missing is skipped, as kubectl does; any other trouble with it is told. */
function readConfigFile(file: string, needed: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (!needed && (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new ExpectedError(`Cannot read the kubeconfig ${file}: ${reason(cause)}`, {
      code: 'kubeconfig-unreadable',
      hint: 'Check --kubeconfig and KUBECONFIG, and the permissions of the file',
      cause,
    })
  }
}

function nothingFound(files: readonly string[], present: boolean): ExpectedError {
  const list = files.join(', ')
  const message = present ? `The kubeconfig is empty: ${list}` : `No kubeconfig was found; looked for ${list}`
  return new ExpectedError(message, {
    code: 'kubeconfig-missing',
    hint: 'Name one with --kubeconfig FILE or the variable KUBECONFIG',
  })
}

/** kubectl's in-cluster configuration: the two variables and the token have to be there. */
function serviceAccountConfig({ env, serviceAccount }: Surroundings): Kubeconfig | undefined {
  const [host, port] = [env.KUBERNETES_SERVICE_HOST, env.KUBERNETES_SERVICE_PORT]
  const [tokenFile, caFile, namespaceFile] = ['token', 'ca.crt', 'namespace'].map(name => join(serviceAccount, name))
  if (!host || !port || !tokenFile || !existsSync(tokenFile)) return undefined
  const name = 'in-cluster'
  const namespace =
    env.POD_NAMESPACE || (namespaceFile && existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : '')
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`
  return {
    currentContext: name,
    contexts: [{ name, cluster: name, user: name, namespace: namespace || undefined }],
    clusters: [{ ...noCluster, name, server, caFile: caFile && existsSync(caFile) ? caFile : undefined }],
    users: [{ ...noUser, name, tokenFile }],
  }
}
