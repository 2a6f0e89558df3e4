import { build } from 'esbuild'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { root } from './runner.ts'

const test = suite('what is loaded')

/** The modules that are there as soon as one is: what it imports, and what they import, but not what is loaded later. */
async function loadedWith(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: 'dist',
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
  })
  const loaded = new Set<string>()
  const visit = (file: string): void => {
    if (loaded.has(file)) return
    loaded.add(file)
    for (const { path, kind } of metafile.inputs[file]?.imports ?? []) if (kind === 'import-statement') visit(path)
  }
  visit(entry)
  return [...loaded].filter(file => file !== entry)
}

const among = (files: readonly string[], pattern: RegExp): readonly string[] => files.filter(f => pattern.test(f))

test('--version and --help load nothing', async () =>
  assert.equal([...(await loadedWith('src/main.ts'))].sort(), ['src/help.ts', 'src/version.ts']))

test('reading a command line loads no command, and nothing that speaks to a cluster', async () => {
  const files = await loadedWith('src/run.ts')
  assert.equal(among(files, /^yargs$/), ['yargs'])
  assert.equal(
    among(files, /^src\/(commands|completion|fix|report|rules|snapshot|probes)\/|kube\/(client|find)|^yaml$/),
    [],
  )
})

test('completing commands and flags loads neither yargs nor a client, nor YAML', async () => {
  const files = await loadedWith('src/complete.ts')
  assert.equal(among(files, /^src\/completion\//).length, 3)
  assert.equal(among(files, /^yargs|kube\/(client|find|config)|^src\/(fix|commands)\/|^yaml$|^@kubernetes/), [])
})

test('check loads what it needs: no repair, no probe Pods, no WebSocket, no spinner', async () => {
  const files = await loadedWith('src/commands/check.ts')
  assert.ok(files.includes('src/kube/client.ts'))
  assert.equal(among(files, /^src\/fix\/|^src\/probes\/|^src\/criteria\/|^(ora|ws|socks)$|^@kubernetes/), [])
})

test('explain and version --client load no client', async () => {
  for (const command of ['explain', 'version'])
    assert.equal(among(await loadedWith(`src/commands/${command}.ts`), /^src\/(kube\/client|fix\/)/), [], command)
})

test.run()
