import { access } from './catalog/access.ts'
import { configuration } from './catalog/configuration.ts'
import type { Severity } from './catalog/entry.ts'
import { network } from './catalog/network.ts'
import { nodes } from './catalog/nodes.ts'
import { resolution } from './catalog/resolution.ts'
import { upstreams } from './catalog/upstreams.ts'
import { workload } from './catalog/workload.ts'

/** Every code there is. Codes are forever: one that goes out of use stays listed in `retired`. */
export const catalog = {
  ...workload,
  ...configuration,
  ...upstreams,
  ...nodes,
  ...network,
  ...resolution,
  ...access,
} as const

export const retired: readonly string[] = []

export type Code = keyof typeof catalog
export type Args<C extends Code> = Parameters<(typeof catalog)[C]['text']>[0]
export type { Severity }

/** The codes in the order of their numbers. */
export const codes = Object.keys(catalog).sort() as Code[]

const categories: Readonly<Record<string, string>> = {
  1: 'workload',
  2: 'configuration',
  3: 'upstreams',
  4: 'nodes',
  5: 'network',
  6: 'clients',
  7: 'survival',
  9: 'access',
}

/** The family of a code, by its first digit: `DNS301` → `upstreams`. */
export const categoryOf = (code: Code): string => categories[code.charAt(3)] ?? 'other'

/**
 * What brings about what, when both are found. Used to name one cause and to list the rest as its effects.
 * A judgement of ours, along the order network → API → configuration → upstream → Service → client.
 */
export const effects: { readonly [C in Code]?: readonly Code[] } = {
  DNS101: ['DNS509', 'DNS512'],
  DNS102: ['DNS509'],
  DNS103: ['DNS102'],
  DNS104: ['DNS503', 'DNS509'],
  DNS105: ['DNS102', 'DNS107', 'DNS111', 'DNS112', 'DNS305'],
  DNS106: ['DNS102'],
  DNS107: ['DNS102', 'DNS111'],
  DNS108: ['DNS102', 'DNS107', 'DNS111'],
  DNS109: ['DNS102', 'DNS113'],
  DNS110: ['DNS102', 'DNS107', 'DNS111'],
  DNS111: ['DNS102', 'DNS112'],
  DNS112: ['DNS504', 'DNS509', 'DNS511'],
  DNS113: ['DNS102'],
  DNS201: ['DNS102', 'DNS107', 'DNS111', 'DNS202', 'DNS303'],
  DNS203: ['DNS301', 'DNS302', 'DNS305'],
  DNS204: ['DNS102', 'DNS106', 'DNS107'],
  DNS301: ['DNS105', 'DNS108', 'DNS302', 'DNS305'],
  DNS302: ['DNS305', 'DNS513'],
  DNS303: ['DNS305'],
  DNS304: ['DNS105', 'DNS302', 'DNS305'],
  DNS305: ['DNS509', 'DNS511'],
  DNS401: ['DNS301'],
  DNS402: ['DNS509', 'DNS512'],
  DNS404: ['DNS301'],
  DNS403: ['DNS112'],
  DNS405: ['DNS102', 'DNS111', 'DNS112', 'DNS501', 'DNS504', 'DNS505', 'DNS509'],
  DNS501: ['DNS111', 'DNS509'],
  DNS502: ['DNS111', 'DNS509'],
  DNS503: ['DNS302', 'DNS305', 'DNS509'],
  DNS504: ['DNS509', 'DNS511'],
  DNS505: ['DNS111', 'DNS302', 'DNS305', 'DNS509'],
  DNS506: ['DNS302', 'DNS305', 'DNS509'],
  DNS507: ['DNS501', 'DNS502', 'DNS503', 'DNS504', 'DNS505', 'DNS506', 'DNS509', 'DNS512', 'DNS513'],
  DNS508: ['DNS305', 'DNS509', 'DNS511'],
  DNS512: ['DNS509'],
  DNS513: ['DNS305', 'DNS509'],
}

/** Which of several independent causes is named first: the one that is nearest to the ground. */
export const causeOrder: readonly Code[] = [
  'DNS405',
  'DNS507',
  'DNS505',
  'DNS502',
  'DNS503',
  'DNS501',
  'DNS106',
  'DNS101',
  'DNS402',
  'DNS512',
  'DNS103',
  'DNS109',
  'DNS113',
  'DNS204',
  'DNS201',
  'DNS110',
  'DNS203',
  'DNS304',
  'DNS301',
  'DNS303',
  'DNS108',
  'DNS403',
  'DNS506',
  'DNS302',
  'DNS513',
  'DNS105',
  'DNS107',
  'DNS111',
  'DNS102',
  'DNS112',
  'DNS504',
  'DNS305',
  'DNS104',
  'DNS508',
  'DNS511',
  'DNS509',
  'DNS202',
  'DNS514',
  'DNS401',
  'DNS404',
  'DNS205',
  'DNS510',
]
