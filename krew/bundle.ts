import { dirname, join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'

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

/**
 * Bundles `src/main.ts` into one CommonJS file, dist/kubectl-dnsfix.cjs.
 * V8 parses the whole of a main script before it runs the first line, which costs more than `--version` itself. So
 * everything behind `import('./run.ts')` goes in as a compressed string, which is opened when it is asked for.
 */
export async function bundle(version: string): Promise<string> {
  const outfile = join(root, 'dist', 'kubectl-dnsfix.cjs')
  const define = { ...common.define, DNSFIX_VERSION: JSON.stringify(version) }
  const inner = await build({
    ...common,
    define,
    entryPoints: [join(root, 'src', 'run.ts')],
    write: false,
    charset: 'ascii',
  })
  const code = inner.outputFiles[0]?.contents
  if (!code) throw new Error('esbuild wrote nothing for src/run.ts')
  await build({ ...common, define, entryPoints: [join(root, 'src', 'main.ts')], outfile, plugins: [inlined(code)] })
  return outfile
}

/** Replaces `import('./run.ts')` by a module that carries the compressed text and compiles it at first use. */
function inlined(code: Uint8Array): Plugin {
  const text = zstdCompressSync(code).toString('base64')
  const contents = `
    const { createRequire } = require('node:module')
    const { runInThisContext } = require('node:vm')
    const { zstdDecompressSync } = require('node:zlib')
    const source = zstdDecompressSync(Buffer.from(${JSON.stringify(text)}, 'base64')).toString('latin1')
    const wrapped = '(function(exports,require,module,__filename,__dirname){' + source + '\\n})'
    runInThisContext(wrapped, { filename: 'kubectl-dnsfix-run.cjs' })(
      module.exports, createRequire(process.execPath), module, process.execPath, '')
  `
  return {
    name: 'inlined',
    setup(b) {
      b.onResolve({ filter: /^\.\/run\.ts$/ }, () => ({ path: 'run', namespace: 'inlined' }))
      b.onLoad({ filter: /.*/, namespace: 'inlined' }, () => ({ contents, loader: 'js' }))
    },
  }
}
