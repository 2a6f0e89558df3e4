import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { cacheFolder, makeFolder } from './cache.ts'

/** Which Go module in krew/go a tool comes from, its package there, and what else the linker is told. */
const tools = {
  quill: { module: 'quill', package: 'github.com/anchore/quill/cmd/quill', flags: [] },
  krew: { module: 'krew', package: 'sigs.k8s.io/krew/cmd/krew', flags: [] },
  'validate-krew-manifest': { module: 'krew', package: 'sigs.k8s.io/krew/cmd/validate-krew-manifest', flags: [] },
  goreleaser: { module: 'goreleaser', package: 'github.com/goreleaser/goreleaser/v2', flags: [] },
  actionlint: { module: 'actionlint', package: 'github.com/rhysd/actionlint/cmd/actionlint', flags: [] },
} as const

export type Tool = keyof typeof tools

/**
 * Where a tool of the release is, compiled into the cache when it is not there in this version.
 * Throws with what to do when there is no Go, or when it does not compile.
 */
export async function toolPath(name: Tool): Promise<string> {
  const module = join(import.meta.dirname, 'go', tools[name].module)
  const argv = ['build', '-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w']
  const key = createHash('sha256').update(`${goVersion(name)}\0${argv.join('\0')}\0${tools[name].package}\0`)
  for (const file of ['go.mod', 'go.sum']) key.update(readFileSync(join(module, file)))
  const folder = join(cacheFolder(), 'go', `${name}-${key.digest('hex').slice(0, 16)}`)
  if (!existsSync(folder)) {
    console.error(`Compiling ${name} (once per machine${name === 'goreleaser' ? ', about 5 minutes' : ''}) ...`)
    await makeFolder(folder, into => compile([...argv, '-o', join(into, name), tools[name].package], module))
  }
  return join(folder, name)
}

/** The version of a module that a tool is built from, as its go.mod pins it. */
export function pinnedTool(name: Tool): string {
  const text = readFileSync(join(import.meta.dirname, 'go', tools[name].module, 'go.mod'), 'utf8')
  return /^require \S+ (v\S+)$/m.exec(text)?.[1] ?? ''
}

function goVersion(name: Tool): string {
  try {
    return execFileSync('go', ['env', 'GOVERSION', 'GOARCH'], { encoding: 'utf8' })
  } catch (cause) {
    throw new Error(`${name} is compiled with Go, and there is none on the PATH: install Go 1.26 or newer.`, { cause })
  }
}

/** At the lowest priority: it takes minutes, and nobody waits for it alone. */
function compile(argv: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, CGO_ENABLED: '0' }
    const child = execFile('go', argv, { cwd, env, maxBuffer: 1e8 }, (error, _stdout, stderr) =>
      error ? reject(new Error(`go ${argv.join(' ')} in ${cwd} failed:\n${stderr}`)) : resolve(),
    )
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
  })
}
