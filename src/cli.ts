import yargs, { type Argv } from 'yargs'
import { checkFlags, kubeFlags, outputFlag } from './flags.ts'
import type { ConfigOptions } from './kube/config.ts'
import type { CheckOptions, Request } from './options.ts'
import { usage, usageError } from './usage.ts'
import { version } from './version.ts'

/** Reads a command line. Throws an ExpectedError, with the nearest word that exists, for what it does not know. */
export function parseArgs(argv: readonly string[]): Request {
  let request: Request | undefined
  const parser = yargs()
    .scriptName('kubectl dnsfix')
    .usage('$0 COMMAND\n\nFinds out why Pods cannot resolve names.')
    .command('check', 'Find out what is wrong with cluster DNS; changes nothing', withCheckFlags, args => {
      request = { kind: 'check', options: checkOptions(args) }
    })
    .command('explain [CODE]', 'What a code means and how it is repaired', withExplainFlags, args => {
      request = { kind: 'explain', code: args.CODE, output: args.output }
    })
    .command(
      'version',
      'Print the version',
      y => y.options(outputFlag),
      args => {
        request = { kind: 'version', output: args.output }
      },
    )
    .parserConfiguration({ 'camel-case-expansion': false, 'strip-aliased': true, 'duplicate-arguments-array': false })
    .version(version)
    .alias('help', 'h')
    .strict()
    .demandCommand(1, 'No command was given')
    .wrap(100)
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

const withCheckFlags = (y: Argv) =>
  y
    .options(checkFlags)
    .options(kubeFlags)
    .group(Object.keys(kubeFlags), 'Cluster:')
    .conflicts('from', ['name', 'save', 'kubeconfig', 'context', 'cluster', 'user'])
    .example('$0 check', 'What is wrong with DNS in the current context')
    .example("$0 check -o json | jq -r '.findings[].message'", 'The same for scripts')
    .example('$0 check --save dns.json', 'Keep the evidence; judge it later with --from dns.json')

const withExplainFlags = (y: Argv) =>
  y
    .positional('CODE', { type: 'string', describe: 'A code or its name, as DNS301 or UpstreamLoopback' })
    .options(outputFlag)

type Parsed = Awaited<ReturnType<ReturnType<typeof withCheckFlags>['parse']>>

function checkOptions(args: Parsed): CheckOptions {
  if (args.redact && args.save === undefined) throw usage('--redact needs --save FILE.')
  return {
    kube: kubeOptions(args),
    output: args.output,
    failOn: args['fail-on'],
    names: args.name ?? [],
    external: args.external,
    save: args.save,
    redact: args.redact,
    from: args.from,
    verbose: args.verbose,
  }
}

function kubeOptions(args: Parsed): ConfigOptions {
  const { kubeconfig, context, cluster, user, namespace, as } = args
  return {
    kubeconfig,
    context,
    cluster,
    user,
    namespace,
    as,
    asGroup: args['as-group'],
    requestTimeout: args['request-timeout'],
  }
}
