import sea from '@yao-pkg/pkg/lib-es5/sea.js'

/**
 * One run of pkg, in a process of its own: `node pack.ts TARGET MAIN`, TARGET being a target of pkg as JSON.
 * Not by pkg's command line, because the path of the script is written into the binary: pkg gives an absolute one, and
 * then a build in another folder is another binary. `main` is what Node is given instead, relative to pkg's work folder.
 */
const [target = '', script = '', main = ''] = process.argv.slice(2)
await sea.default(script, { targets: [JSON.parse(target)], signature: false, seaConfig: { main } } as never)
