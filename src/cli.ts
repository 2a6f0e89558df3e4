import yargs, { type ArgumentsCamelCase, type Argv } from 'yargs'
import { asYargs } from './argv.ts'
import { checkOptions, withCheckFlags } from './cli/check.ts'
import { fixOptions, withFixFlags } from './cli/fix.ts'
import { last } from './cli/kube.ts'
import { rbacOptions, withRbacFlags } from './cli/rbac.ts'
import { about, texts } from './cli/texts.ts'
import { undoOptions, withUndoFlags } from './cli/undo.ts'
import { verifyOptions, withVerifyFlags } from './cli/verify.ts'
import { versionOptions, withVersionFlags } from './cli/version.ts'
import { type Command, outputFlag } from './flags.ts'
import { type Request, shells } from './options.ts'
import { usageError } from './usage.ts'
import { version } from './version.ts'

/** Reads a command line. Throws an ExpectedError, with the nearest word that exists, for what it does not know. */
export function parseArgs(typed: readonly string[]): Request {
  const argv = asYargs(typed)
  let request: Request | undefined
  const hear = (heard: Request) => {
    request = heard
  }
  const parser = branches
    .reduce<Argv>((y, branch) => branch(y, hear), yargs().scriptName('kubectl dnsfix').usage(`$0 COMMAND\n\n${about}`))
    .parserConfiguration({ 'camel-case-expansion': false, 'strip-aliased': true })
    .version(version)
    .alias('help', 'h')
    .strict()
    .demandCommand(1, 'No command was given')
    .wrap(100)
    // yargs would speak the language of the system, and half of the words here are our own.
    .detectLocale(false)
    .exitProcess(false)
    .fail((message, error) => {
      throw error && error.name !== 'YError' ? error : usageError(message ?? error.message, argv)
    })
  const text = printed(parser, argv)
  return request ?? { kind: 'text', text: `${text}\n` }
}

/** yargs prints help itself unless it is given somebody to hand it to. */
function printed(parser: Argv, argv: readonly string[]): string {
  let text = ''
  parser.parse([...argv], {}, (_error: unknown, _args: unknown, output: string) => {
    text = output
  })
  return text
}

/** The flags of a command, with its examples and exit codes. */
const helped =
  <T>(command: Command, withFlags: (y: Argv) => Argv<T>) =>
  (y: Argv): Argv<T> => {
    const { examples, exitCodes } = texts[command]
    return withFlags(y.example(examples.map(([line, what]) => [`$0 ${line}`, what])).epilog(`Exit codes: ${exitCodes}`))
  }

const withExplainFlags = (y: Argv) =>
  y
    .positional('CODE', { type: 'string', describe: 'A code or its name, as DNS301 or UpstreamLoopback' })
    .options(outputFlag)

const withShell = (y: Argv) =>
  y.positional('SHELL', {
    choices: shells,
    demandOption: true,
    describe: "A shell, for kubectl-dnsfix; or kubectl, for kubectl's own completion of kubectl dnsfix",
  })

/** Makes a command known, and what it makes of its flags and words. */
const branchOf =
  <T>(command: Command, withFlags: (y: Argv) => Argv<T>, requestOf: (args: ArgumentsCamelCase<T>) => Request) =>
  (y: Argv, hear: (request: Request) => void): Argv =>
    y.command(texts[command].usage, texts[command].summary, helped(command, withFlags), args => hear(requestOf(args)))

/** In the order of --help. */
const branches = [
  branchOf('check', withCheckFlags, args => ({ kind: 'check', options: checkOptions(args) })),
  branchOf('fix', withFixFlags, args => ({ kind: 'fix', options: fixOptions(args) })),
  branchOf('verify', withVerifyFlags, args => ({ kind: 'verify', options: verifyOptions(args) })),
  branchOf('undo', withUndoFlags, args => ({ kind: 'undo', options: undoOptions(args) })),
  branchOf('explain', withExplainFlags, args => ({ kind: 'explain', code: args.CODE, output: last(args.output) })),
  branchOf('rbac', withRbacFlags, args => ({ kind: 'rbac', options: rbacOptions(args) })),
  branchOf('version', withVersionFlags, args => ({ kind: 'version', options: versionOptions(args) })),
  branchOf('completion', withShell, args => ({ kind: 'completion', shell: args.SHELL })),
]
