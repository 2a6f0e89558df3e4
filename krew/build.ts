import { readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { bundle } from './bundle.ts'
import { makeExecutable, platforms } from './sea.ts'

const root = dirname(import.meta.dirname)

/** Builds this machine's own binary at dist/kubectl-dnsfix (`.exe` on Windows) and returns its path. */
export async function buildBinary(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const platform = platforms[`${process.platform}-${process.arch}`]
  if (!platform) throw new Error(`There is no packaged Node for ${process.platform}-${process.arch}.`)
  const output = join(root, 'dist', process.platform === 'win32' ? 'kubectl-dnsfix.exe' : 'kubectl-dnsfix')
  makeExecutable(await bundle(version), platform, output)
  return output
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  const output = await buildBinary()
  const megabytes = (statSync(output).size / 1e6).toFixed(1)
  console.error(`${relative(process.cwd(), output)}  ${megabytes} MB`)
}
