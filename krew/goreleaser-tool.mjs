#!/usr/bin/env node
// GoReleaser's bun builder runs this as: TOOL build --target bun-OS-ARCH --outfile FILE MAIN. The binary of this machine's
// own platform is there already (npm run build), so it is copied to where GoReleaser wants it.
import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const args = process.argv.slice(2)
const option = name => args[args.indexOf(name) + 1] ?? ''
const built = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', 'kubectl-dnsfix')
const host = `bun-${process.platform}-${process.arch}`

if (option('--target') !== host) {
  console.error(`${option('--target')} cannot be built here: npm run build makes ${host} only`)
  process.exit(2)
}
if (!existsSync(built)) {
  console.error(`${built} is missing: run npm run build first`)
  process.exit(2)
}
mkdirSync(dirname(option('--outfile')), { recursive: true })
copyFileSync(built, option('--outfile'))
chmodSync(option('--outfile'), 0o755)
