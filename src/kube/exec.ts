import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import type { RequestOptions } from 'node:https'
import { isatty } from 'node:tty'
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js'
import { ExpectedError } from '../errors.ts'
import { scrub } from './failures.ts'
import type { Cluster, Plugin, User } from './kubeconfig.ts'

/** Takes what a credential plugin writes to stderr, for example the code of a device login. */
export type Notify = (text: string) => void

/**
 * Runs exec credential plugins through client-node's ExecAuth, which keeps the credential until it expires, and adds what
 * kubectl does more: KUBERNETES_EXEC_INFO, the terminal for interactive logins, stderr shown while the plugin runs.
 * Returns a function that gives headers and a client certificate.
 */
export function pluginCredentials(user: User, plugin: Plugin, cluster: Cluster, notify: Notify) {
  const interactive = plugin.interactiveMode !== 'Never' && isatty(0)
  const env = [...plugin.env, { name: 'KUBERNETES_EXEC_INFO', value: execInfo(plugin, cluster, interactive) }]
  const run = { said: '' }
  const execFn = (command: string, args: readonly string[], options: SpawnOptions): ChildProcess => {
    run.said = ''
    const child = spawn(command, args, { ...options, stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'] })
    child.stderr?.on('data', (text: string) => {
      run.said += text
      notify(text)
    })
    return child
  }
  const auth = Object.assign(new ExecAuth(), { execFn } as object)
  const { command, args } = plugin
  return async (): Promise<Pick<RequestOptions, 'headers' | 'cert' | 'key'>> => {
    const options: RequestOptions = { headers: {} }
    try {
      await auth.applyAuthentication({ name: user.name, exec: { command, args, env } }, options)
    } catch (cause) {
      throw pluginFailed(cause, user, plugin, run.said)
    }
    return options
  }
}

/** Source: the "Input and output formats" of client-go credential plugins in the Kubernetes documentation. */
function execInfo(plugin: Plugin, cluster: Cluster, interactive: boolean): string {
  const about = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.skipTlsVerify || undefined,
    'certificate-authority-data': cluster.caData,
    'proxy-url': cluster.proxyUrl,
  }
  const spec = { interactive, ...(plugin.provideClusterInfo ? { cluster: about } : {}) }
  return JSON.stringify({ kind: 'ExecCredential', apiVersion: plugin.apiVersion, spec })
}

function pluginFailed(cause: unknown, user: User, plugin: Plugin, said: string): ExpectedError {
  const who = `The credential plugin ${JSON.stringify(plugin.command)} of user ${JSON.stringify(user.name)}`
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'EACCES') {
    return new ExpectedError(`${who} ${code === 'ENOENT' ? 'was not found' : 'cannot be run'}`, {
      code: 'plugin-missing',
      hint: plugin.installHint ?? `Install ${plugin.command} and make sure that it is in PATH`,
      cause,
    })
  }
  const gaveNothing = cause instanceof SyntaxError || cause instanceof TypeError
  const lines = scrub(withoutSecrets(said, plugin.args)).trim().split('\n')
  const why = gaveNothing ? 'did not print an ExecCredential' : `failed: ${lines.at(-1) || 'it said nothing'}`
  return new ExpectedError(`${who} ${why}`, {
    code: 'plugin-failed',
    // Without the arguments: secrets are passed in them.
    hint: `Log in again, then run ${plugin.command} by hand, with the arguments that the kubeconfig gives it`,
  })
}

/** A plugin that complains about an argument repeats it. */
function withoutSecrets(said: string, args: readonly string[]): string {
  const secrets = args.flatMap((arg, i) => {
    const [flag, value = args[i + 1]] = /^--?[\w-]*(?:secret|token|password|key)[\w-]*(?:=(.*))?$/i.exec(arg) ?? []
    return flag && value && !value.startsWith('-') ? [value] : []
  })
  return secrets.reduce((text, secret) => text.replaceAll(secret, '…'), said)
}
