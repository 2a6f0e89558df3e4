import { world } from '../layout.ts'
import { recorded } from '../process.ts'
import { startPublicResolvers, startResolver, stopResolver, worldNames } from '../wan.ts'
import type { Fault } from './fault.ts'

/** The name that the public resolvers do not agree on, and the address that one of them gives. */
export const disagreed = { name: 'disagree.example', address: '203.0.113.30' }

const other = 'wan-other'

/** The first public resolver has an address for `disagreed.name`; for the others there is no such name. */
export function upstreamsDisagree(): Fault {
  return {
    make: async () => {
      const [first = '', ...others] = world.resolvers
      await stopResolver('wan')
      await startResolver(other, others, [...worldNames, `--address=/${disagreed.name}/`])
      await startResolver('wan', [first], [...worldNames, `--address=/${disagreed.name}/${disagreed.address}`])
    },
    undo: async () => {
      if (recorded(other) === null && recorded('wan') !== null) return
      await stopResolver('wan')
      await stopResolver(other)
      await startPublicResolvers()
    },
  }
}
