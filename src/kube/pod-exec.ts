import type { WebSocket } from 'ws'
import { type Asked, type FailureKind, RequestError, statusError } from './failures.ts'
import { parse } from './json.ts'
import { limited } from './limited.ts'
import { networkError } from './network.ts'
import { openSocket } from './websocket.ts'
import type { RequestOptions, Wire } from './wire.ts'

export type Command = {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly command: readonly string[]
}

export type ExecResult = { readonly stdout: string; readonly stderr: string; readonly code: number }

/** Without stdin both say the same; API servers before Kubernetes 1.30 know only v4. */
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
/** Every message starts with the number of its channel. Source: k8s.io/apimachinery, pkg/util/remotecommand/constants.go. */
const [stdoutChannel, stderrChannel, statusChannel] = [1, 2, 3] as const

const defaultTimeoutMs = 60_000
const defaultLimitBytes = 4 * 1024 * 1024

/**
 * Runs a command in a container without stdin and tty, and gives its whole output and its exit code.
 * Rejects with a RequestError when the API server or the node refuses, when the command cannot be started, when it takes longer
 * than `timeoutMs` (60 s), prints more than `limitBytes` (4 MiB, both outputs together), or the connection ends before it does.
 */
export async function execOver(wire: Wire, command: Command, options: RequestOptions = {}): Promise<ExecResult> {
  const { timeoutMs = defaultTimeoutMs, limitBytes = defaultLimitBytes, signal } = options
  const path = pathOf(command)
  const { reached } = await wire.transport()
  const run = async (own: AbortSignal) =>
    outcome(await openSocket(wire, path, protocols, own), { method: 'POST', path }, limitBytes, own)
  return limited({ timeoutMs, signals: [signal, wire.closed.signal], reached }, run).catch(cause => {
    throw networkError(cause, path)
  })
}

function pathOf({ namespace, pod, container, command }: Command): string {
  const [space, name] = [namespace, pod].map(encodeURIComponent)
  const query = new URLSearchParams({ container, stdout: 'true', stderr: 'true' })
  for (const part of command) query.append('command', part)
  return `/api/v1/namespaces/${space}/pods/${name}/exec?${query}`
}

type Status = {
  readonly status?: string
  readonly reason?: string
  readonly code?: number
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] }
}

/** Reads until the status, which comes when both outputs have been sent (remotecommand/exec.go of the CRI streaming server). */
function outcome(socket: WebSocket, asked: Asked, limitBytes: number, signal: AbortSignal): Promise<ExecResult> {
  const end = () => socket.terminate()
  const fail = (why: string, kind: FailureKind) => new RequestError(kind, why, { path: asked.path })
  const output = gathered()
  return new Promise<ExecResult>((resolve, reject) => {
    socket.on('message', message => {
      const size = output.take(message)
      if (size > limitBytes) reject(fail('the output is longer than allowed', 'server'))
      const status = parse(output.text(statusChannel)) as Status | null | undefined
      if (!status) return
      const code = exitCode(status)
      if (code === undefined) reject(notRun(status, asked))
      else resolve({ stdout: output.text(stdoutChannel), stderr: output.text(stderrChannel), code })
    })
    socket.on('error', reject)
    socket.on('close', () => reject(fail('the connection was closed before the command ended', 'unreachable')))
    signal.addEventListener('abort', end, { once: true })
    socket.resume()
  }).finally(() => {
    signal.removeEventListener('abort', end)
    end()
  })
}

/** Keeps what came on each channel; bytes, because a character may be split between two messages. */
function gathered() {
  const chunks = new Map<number, Buffer[]>([stdoutChannel, stderrChannel, statusChannel].map(each => [each, []]))
  let size = 0
  return {
    /** gives the number of bytes so far */
    take: (message: Buffer): number => {
      chunks.get(message[0] ?? -1)?.push(message.subarray(1))
      size += message.length
      return size
    },
    text: (channel: number): string => Buffer.concat(chunks.get(channel) ?? []).toString(),
  }
}

/** Undefined when the command did not run to its end. Source: k8s.io/apimachinery, pkg/util/remotecommand/constants.go. */
function exitCode({ status, reason, details }: Status): number | undefined {
  if (status === 'Success') return 0
  if (reason !== 'NonZeroExitCode') return undefined
  const code = Number.parseInt(details?.causes?.find(cause => cause.reason === 'ExitCode')?.message ?? '', 10)
  return Number.isNaN(code) ? undefined : code
}

/** What a runtime sends leaves out the kind. */
function notRun(status: Status, asked: Asked): RequestError {
  const body = JSON.stringify({ ...status, kind: 'Status' })
  return statusError(asked, { status: status.code ?? 500, type: 'application/json', body })
}
