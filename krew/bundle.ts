import { dirname, join } from 'node:path'
import { constants, zstdCompressSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import { parseArgs } from '../src/cli.ts'
import { commands } from '../src/flags.ts'

const root = dirname(import.meta.dirname)

/** import.meta does not exist in CommonJS, and yargs wants the URL of its file. */
const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  // Code that vm compiles has no import() of its own; require does the same for what is left, Node's own modules.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': '__import_meta_url' },
  banner: { js: "const __import_meta_url=require('node:url').pathToFileURL(process.execPath).href;" },
} as const

/** What `src/main.ts` loads only when it is asked for, by the names of the files. */
const parts = ['run', 'complete'] as const

/**
 * Bundles `src/main.ts` into one CommonJS file, dist/kubectl-dnsfix.cjs.
 * V8 parses the whole of a main script before it runs the first line, which costs more than `--version` itself. So
 * everything behind `import('./run.ts')` and `import('./complete.ts')` goes in as a compressed string, which is opened when it
 * is asked for; and help as it will be printed.
 */
export async function bundle(version: string): Promise<string> {
  const outfile = join(root, 'dist', 'kubectl-dnsfix.cjs')
  const values = { DNSFIX_VERSION: JSON.stringify(version), DNSFIX_HELP: JSON.stringify(helpTexts()) }
  const shared = { ...common, define: { ...common.define, ...values } }
  const texts = await Promise.all(
    parts.map(async part => {
      const entry = join(root, 'src', `${part}.ts`)
      const { outputFiles } = await build({ ...shared, entryPoints: [entry], write: false, charset: 'ascii' })
      return [part, compressed(outputFiles[0]?.contents ?? new Uint8Array())] as const
    }),
  )
  const plugins = [inlined(Object.fromEntries(texts))]
  await build({ ...shared, entryPoints: [join(root, 'src', 'main.ts')], outfile, plugins })
  return outfile
}

/** Level 19 takes a second more here, and nothing more to open. */
const compressed = (code: Uint8Array): string =>
  zstdCompressSync(code, { params: { [constants.ZSTD_c_compressionLevel]: 19 } }).toString('base64')

/** The help of every command, by the command line that asks for it. */
function helpTexts(): Readonly<Record<string, string>> {
  const lines = ['--help', ...commands.map(command => `${command} --help`)]
  return Object.fromEntries(
    lines.map(line => {
      const request = parseArgs(line.split(' '))
      return [line, request.kind === 'text' ? request.text : '']
    }),
  )
}

/** Replaces the import of a part by a module that carries the compressed text and compiles it at first use. */
function inlined(texts: Readonly<Record<string, string>>): Plugin {
  const contents = (part: string) => `
    const { createRequire } = require('node:module')
    const { runInThisContext } = require('node:vm')
    const { zstdDecompressSync } = require('node:zlib')
    const source = zstdDecompressSync(Buffer.from(${JSON.stringify(texts[part])}, 'base64')).toString('latin1')
    const wrapped = '(function(exports,require,module,__filename,__dirname){' + source + '\\n})'
    runInThisContext(wrapped, { filename: 'kubectl-dnsfix-${part}.cjs' })(
      module.exports, createRequire(process.execPath), module, process.execPath, '')
  `
  return {
    name: 'inlined',
    setup(b) {
      b.onResolve({ filter: new RegExp(`^\\./(${parts.join('|')})\\.ts$`) }, ({ path }) => ({
        path: path.slice(2, -3),
        namespace: 'inlined',
      }))
      b.onLoad({ filter: /.*/, namespace: 'inlined' }, ({ path }) => ({ contents: contents(path), loader: 'js' }))
    },
  }
}
