import { describeError, type ErrorReport, exitCodeOf } from '../errors.ts'
import type { Io } from '../io.ts'
import type { VersionOptions } from '../options.ts'
import { render } from '../report/render.ts'
import { reportAt, version } from '../version.ts'

/** The names are those of `kubectl version -o json`. */
interface VersionReport {
  readonly kind: 'Version'
  readonly version: string
  readonly clientVersion: { readonly gitVersion: string; readonly nodeVersion: string; readonly platform: string }
  /** as the API server tells it; missing with `--client` */
  readonly serverVersion?: { readonly gitVersion: string } | null
  /** why there is no version of the server */
  readonly error?: ErrorReport
}

/** `kubectl dnsfix version`: of this program and, unless `--client`, of the API server. Returns the exit code. */
export async function versions(options: VersionOptions, io: Io): Promise<number> {
  const own = { kind: 'Version', version, clientVersion } as const
  const { code, ...server } = options.client ? { code: 0 } : await serverPart(options, io)
  const report: VersionReport = { ...own, ...server }
  io.stdout.write(render(report, options.output, io, () => lines(report)))
  const isTable = options.output === 'table' || options.output === 'wide'
  if (report.error && isTable) io.stderr.write(`error: ${report.error.message}\nhint: ${report.error.hint}\n`)
  return code
}

/** As Go names platforms. */
const goos = { win32: 'windows' } as Readonly<Record<string, string>>
const goarch = { x64: 'amd64' } as Readonly<Record<string, string>>

const clientVersion = {
  gitVersion: `v${version}`,
  nodeVersion: process.version,
  platform: `${goos[process.platform] ?? process.platform}/${goarch[process.arch] ?? process.arch}`,
}

type ServerPart = Required<Pick<VersionReport, 'serverVersion'>> & Pick<VersionReport, 'error'>

/** A server that cannot be asked takes nothing away from what is known without it. */
async function serverPart(options: VersionOptions, io: Io): Promise<ServerPart & { readonly code: number }> {
  const { withClient } = await import('./look.ts')
  try {
    const get = { signal: io.signal }
    const serverVersion = await withClient(options, io, client => client.get<{ gitVersion: string }>('/version', get))
    return { serverVersion, code: 0 }
  } catch (cause) {
    if (io.signal.aborted) throw cause
    return { serverVersion: null, error: describeError(cause, reportAt), code: exitCodeOf(cause) }
  }
}

const lines = ({ clientVersion, serverVersion }: VersionReport): readonly string[] => [
  `Client Version: ${clientVersion.gitVersion}`,
  `Node Version: ${clientVersion.nodeVersion}`,
  ...(serverVersion ? [`Server Version: ${serverVersion.gitVersion}`] : []),
]
