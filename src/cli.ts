import yargs, { type Argv } from 'yargs'
import { asYargs } from './argv.ts'
import { checkOptions, withCheckFlags } from './cli/check.ts'
import { fixOptions, withFixFlags } from './cli/fix.ts'
import { last } from './cli/kube.ts'
import { undoOptions, withUndoFlags } from './cli/undo.ts'
import { verifyOptions, withVerifyFlags } from './cli/verify.ts'
import { outputFlag } from './flags.ts'
import type { Request } from './options.ts'
import { usageError } from './usage.ts'
import { version } from './version.ts'

/** Reads a command line. Throws an ExpectedError, with the nearest word that exists, for what it does not know. */
export function parseArgs(typed: readonly string[]): Request {
  const argv = asYargs(typed)
  let request: Request | undefined
  const parser = yargs()
    .scriptName('kubectl dnsfix')
    .usage('$0 COMMAND\n\nFinds out why Pods cannot resolve names, and repairs it.')
    .command('check', 'Find out what is wrong with cluster DNS; changes nothing', withCheckFlags, args => {
      request = { kind: 'check', options: checkOptions(args) }
    })
    .command('fix [CODE]', 'Repair cluster DNS: shows the plan, asks, applies, proves', withFixFlags, args => {
      request = { kind: 'fix', options: fixOptions(args) }
    })
    .command('verify', 'Prove from Pods on the nodes that names resolve', withVerifyFlags, args => {
      request = { kind: 'verify', options: verifyOptions(args) }
    })
    .command('undo [ID]', 'Take back what fix has done', withUndoFlags, args => {
      request = { kind: 'undo', options: undoOptions(args) }
    })
    .command('explain [CODE]', 'What a code means and how it is repaired', withExplainFlags, args => {
      request = { kind: 'explain', code: args.CODE, output: last(args.output) }
    })
    .command(
      'version',
      'Print the version',
      y => y.options(outputFlag),
      args => {
        request = { kind: 'version', output: last(args.output) }
      },
    )
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

const withExplainFlags = (y: Argv) =>
  y
    .positional('CODE', { type: 'string', describe: 'A code or its name, as DNS301 or UpstreamLoopback' })
    .options(outputFlag)
