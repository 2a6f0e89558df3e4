/** Set by the build, so that help is there at once; sources that run unbuilt ask yargs for it. */
declare const DNSFIX_HELP: Readonly<Record<string, string>> | undefined

const texts: ReadonlyMap<string, string> = new Map(Object.entries(typeof DNSFIX_HELP === 'object' ? DNSFIX_HELP : {}))

/** What is printed for a command line that only asks for help, as `check --help`; undefined for any other. */
export const helpFor = (argv: readonly string[]): string | undefined =>
  texts.get(argv.join(' ').replace(/-h$/, '--help'))
