import { dirname, isAbsolute, join } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { ExpectedError } from '../errors.ts'
import type { Cluster, Impersonation, Kubeconfig, Plugin, User } from './kubeconfig.ts'

/** YAML read with the failsafe schema: every scalar stays the text that the user wrote. */
type Node = { readonly [key: string]: Node } | readonly Node[] | string | null | undefined

/** Reads one kubeconfig. Paths in it are relative to the file's own folder, as kubectl takes them. */
export function parseKubeconfig(text: string, file: string): Kubeconfig {
  const root = parseYaml(text, file)
  const path = (value: Node) => resolvePath(dirname(file), string(value))
  return {
    currentContext: string(field(root, 'current-context')),
    clusters: named(root, 'clusters', 'cluster', (name, body) => readCluster(name, body, path)),
    users: named(root, 'users', 'user', (name, body) => readUser(name, body, path)),
    contexts: named(root, 'contexts', 'context', (name, body) => ({
      name,
      cluster: string(field(body, 'cluster')),
      user: string(field(body, 'user')),
      namespace: string(field(body, 'namespace')),
    })),
  }
}

function parseYaml(text: string, file: string): Node {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  })
  const error = document.errors.find(each => each.code !== 'MULTIPLE_DOCS')
  if (error) throw notKubeconfig(file, `line ${lines.linePos(error.pos[0]).line}: ${error.message}`)
  const root = document.toJS() as Node
  if (root === null) return {}
  if (typeof root !== 'object' || Array.isArray(root)) throw notKubeconfig(file, 'line 1: a mapping is expected')
  const kind = string(field(root, 'kind')) ?? 'Config'
  if (kind !== 'Config') throw notKubeconfig(file, `its kind is ${kind}, not Config`)
  return root
}

function notKubeconfig(file: string, why: string): ExpectedError {
  return new ExpectedError(`${file} is not a kubeconfig: ${why}`, {
    code: 'kubeconfig-invalid',
    hint: `Repair the file (kubectl config view --kubeconfig ${file}) or choose another with --kubeconfig`,
  })
}

function readCluster(name: string, body: Node, path: (value: Node) => string | undefined): Cluster {
  return {
    name,
    server: string(field(body, 'server')) ?? '',
    caFile: path(field(body, 'certificate-authority')),
    caData: string(field(body, 'certificate-authority-data')),
    skipTlsVerify: string(field(body, 'insecure-skip-tls-verify')) === 'true',
    tlsServerName: string(field(body, 'tls-server-name')),
    proxyUrl: string(field(body, 'proxy-url')),
  }
}

function readUser(name: string, body: Node, path: (value: Node) => string | undefined): User {
  const provider = field(body, 'auth-provider')
  return {
    name,
    certFile: path(field(body, 'client-certificate')),
    certData: string(field(body, 'client-certificate-data')),
    keyFile: path(field(body, 'client-key')),
    keyData: string(field(body, 'client-key-data')),
    token: string(field(body, 'token')),
    tokenFile: path(field(body, 'tokenFile')),
    username: string(field(body, 'username')),
    password: string(field(body, 'password')),
    plugin: readPlugin(field(body, 'exec'), path),
    authProvider: provider
      ? { name: string(field(provider, 'name')) ?? '', config: strings(field(provider, 'config')) }
      : undefined,
    impersonate: readImpersonation(body),
  }
}

function readImpersonation(body: Node): Impersonation {
  const extra = field(body, 'as-user-extra')
  return {
    user: string(field(body, 'as')),
    groups: list(field(body, 'as-groups')),
    uid: string(field(body, 'as-uid')),
    extra: Object.fromEntries(keys(extra).map(key => [key, list(field(extra, key))])),
  }
}

function readPlugin(body: Node, path: (value: Node) => string | undefined): Plugin | undefined {
  const command = string(field(body, 'command'))
  if (!command) return undefined
  const env = field(body, 'env')
  return {
    apiVersion: string(field(body, 'apiVersion')) ?? 'client.authentication.k8s.io/v1',
    // A bare name is looked up in PATH; "./plugin" belongs to the kubeconfig's folder.
    command: /[/\\]/.test(command) ? (path(command) ?? command) : command,
    args: list(field(body, 'args')),
    env: (Array.isArray(env) ? env : []).map(each => ({
      name: string(field(each, 'name')) ?? '',
      value: string(field(each, 'value')) ?? '',
    })),
    installHint: string(field(body, 'installHint'))?.trim(),
    provideClusterInfo: string(field(body, 'provideClusterInfo')) === 'true',
    interactiveMode: string(field(body, 'interactiveMode')),
  }
}

function named<T>(root: Node, key: string, part: string, read: (name: string, body: Node) => T): T[] {
  const entries = field(root, key)
  if (!Array.isArray(entries)) return []
  return entries.flatMap(entry => {
    const name = string(field(entry, 'name'))
    return name ? [read(name, field(entry, part))] : []
  })
}

function field(node: Node, key: string): Node {
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return undefined
  return (node as { readonly [key: string]: Node })[key]
}

function string(node: Node): string | undefined {
  return typeof node === 'string' && !['', 'null', '~'].includes(node) ? node : undefined
}

function list(node: Node): string[] {
  return Array.isArray(node) ? node.flatMap(each => string(each) ?? []) : []
}

function keys(node: Node): string[] {
  return node !== null && typeof node === 'object' && !Array.isArray(node) ? Object.keys(node) : []
}

function strings(node: Node): Record<string, string> {
  return Object.fromEntries(keys(node).map(key => [key, string(field(node, key)) ?? '']))
}

function resolvePath(folder: string, path: string | undefined): string | undefined {
  return path === undefined || isAbsolute(path) ? path : join(folder, path)
}
