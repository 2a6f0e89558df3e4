#!/usr/bin/env node
// GoReleaser's bun builder runs this as: TOOL build --target bun-OS-ARCH --outfile FILE MAIN. The binaries are there
// already (npm run build:all), so the one it asks for is copied to where GoReleaser wants it.
import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const args = process.argv.slice(2)
const option = name => args[args.indexOf(name) + 1] ?? ''
const [, os = '', arch = ''] = option('--target').split('-')
const name = `${os}-${arch === 'x64' ? 'amd64' : arch}`
const file = os === 'windows' ? 'kubectl-dnsfix.exe' : 'kubectl-dnsfix'
const built = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', name, file)

if (!existsSync(built)) {
  console.error(`${built} is missing: run npm run build:all first`)
  process.exit(2)
}
mkdirSync(dirname(option('--outfile')), { recursive: true })
copyFileSync(built, option('--outfile'))
chmodSync(option('--outfile'), 0o755)
