import { CorefileError } from '../../src/corefile/error.ts'
import { parseCorefile } from '../../src/corefile/parse.ts'
import type { Corefile, Directive, ParseOptions, ServerBlock } from '../../src/corefile/types.ts'

type Shape = readonly (string | readonly Shape[])[]

/** A directive as its words, with the block as a list at the end. */
export function shape({ name, args, block }: Directive): Shape {
  return [name.text, ...args.map(arg => arg.text), ...(block ? [block.map(shape)] : [])]
}

export function shapes(block: ServerBlock | undefined): Shape[] {
  return (block?.directives ?? []).map(shape)
}

export function plugins(text: string, options?: ParseOptions): Shape[] {
  return parseCorefile(text, options).blocks.flatMap(shapes)
}

/** The message of the error that reading this text gives. */
export function errorOf(text: string, options?: ParseOptions): string {
  try {
    parseCorefile(text, options)
  } catch (error) {
    if (error instanceof CorefileError) return error.message
    throw error
  }
  return 'no error'
}

export function zones({ blocks }: Corefile): string[][] {
  return blocks.map(block => block.zones.map(({ transport, zone, port }) => `${transport}://${zone}:${port}`))
}

/** Every token of a directive, its blocks included. */
export function tokensOf(directive: Directive): Directive['args'] {
  const { name, args, open, block, close, extra } = directive
  const inside = [...(block ?? []), ...extra].flatMap(tokensOf)
  return [name, ...args, ...inside, open, close].filter(token => token !== null)
}
