import yargs, { type Argv } from 'yargs'
import { asYargs } from './argv.ts'
import { checkFlags, kubeFlags, outputFlag } from './flags.ts'
import type { ConfigOptions } from './kube/config.ts'
import type { CheckOptions, Request } from './options.ts'
import { usage, usageError } from './usage.ts'
import { version } from './version.ts'

/** Reads a command line. Throws an ExpectedError, with the nearest word that exists, for what it does not know. */
export function parseArgs(typed: readonly string[]): Request {
  const argv = asYargs(typed)
  let request: Request | undefined
  const parser = yargs()
    .scriptName('kubectl dnsfix')
    .usage('$0 COMMAND\n\nFinds out why Pods cannot resolve names.')
    .command('check', 'Find out what is wrong with cluster DNS; changes nothing', withCheckFlags, args => {
      request = { kind: 'check', options: checkOptions(args) }
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

const withCheckFlags = (y: Argv) =>
  y
    .options(checkFlags)
    .options(kubeFlags)
    .group(Object.keys(kubeFlags), 'Cluster:')
    .conflicts('insecure-skip-tls-verify', 'certificate-authority')
    .conflicts('from', ['name', 'save', ...Object.keys(kubeFlags)])
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
  if (args.from !== undefined && !args.external) throw usage('--from and --no-external cannot be used together.')
  return {
    kube: kubeOptions(args),
    output: last(args.output),
    failOn: last(args['fail-on']),
    names: args.name ?? [],
    external: args.external,
    save: last(args.save),
    redact: args.redact,
    from: last(args.from),
    verbose: args.verbose,
  }
}

function kubeOptions(args: Parsed): ConfigOptions {
  return {
    kubeconfig: last(args.kubeconfig),
    context: last(args.context),
    cluster: last(args.cluster),
    user: last(args.user),
    server: last(args.server),
    tlsServerName: last(args['tls-server-name']),
    certificateAuthority: last(args['certificate-authority']),
    insecureSkipTlsVerify: args['insecure-skip-tls-verify'],
    token: last(args.token),
    clientCertificate: last(args['client-certificate']),
    clientKey: last(args['client-key']),
    namespace: last(args.namespace),
    as: last(args.as),
    asGroup: args['as-group'],
    asUid: last(args['as-uid']),
    requestTimeout: last(args['request-timeout']),
  }
}

/** Of a flag that was given several times the last one counts, as with kubectl; yargs makes an array of it. */
const last = <T>(value: T): T => (Array.isArray(value) ? value.at(-1) : value)
