import { CorefileError } from '../../corefile/error.ts'
import { parseCorefile } from '../../corefile/parse.ts'
import { plugins } from '../../corefile/plugins.ts'
import type { Corefile, Directive } from '../../corefile/types.ts'
import { validateCorefile } from '../../corefile/validate.ts'

/** Why CoreDNS of this version would not start with this text; null when nothing speaks against it. */
export function whyNotGood(text: string, version: string | undefined): string | null {
  const corefile = parsed(text)
  if (typeof corefile === 'string') return corefile
  if (corefile.blocks.length === 0) return 'it has no server block'
  const problem = validateCorefile(corefile, version).find(p => p.certain)
  return problem ? `line ${problem.line}: ${problem.message}` : null
}

function parsed(text: string): Corefile | string {
  try {
    return parseCorefile(text)
  } catch (error) {
    if (error instanceof CorefileError) return error.message
    throw error
  }
}

/** Plugins whose names are those of options too. */
const shared: ReadonlySet<string> = new Set(['reload', 'tls', 'transfer'])

/**
 * The text with the } that is missing at its end; null where that is not all that is wrong with it. Where the } is missing further
 * up, plugins would end up as options of the one before them.
 */
export function closedCorefile(text: string, version: string | undefined): string | null {
  if (typeof parsed(text) !== 'string') return null
  const closed = `${text.endsWith('\n') ? text : `${text}\n`}}\n`
  const corefile = parsed(closed)
  if (typeof corefile === 'string' || whyNotGood(closed, version) !== null) return null
  const options = corefile.blocks.flatMap(block => block.directives.flatMap(optionsOf))
  return options.some(o => Object.hasOwn(plugins, o) && !shared.has(o)) ? null : closed
}

const optionsOf = ({ block }: Directive): readonly string[] => (block ?? []).map(option => option.name.text)
