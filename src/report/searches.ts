import { count, list } from '../catalog/entry.ts'
import type { ReportedSearch } from './probes.ts'
import { row, type Style } from './style.ts'

/** What the names cost a Pod's resolver, nodes together on which they cost the same. */
export function searchLines(searches: readonly ReportedSearch[], style: Style): readonly string[] {
  const groups = Map.groupBy(searches, s => `${s.name} ${costText(s)}`)
  const names = new Set(searches.map(s => s.name))
  return [...groups.values()].flatMap(group => {
    const [first] = group
    // Where every node pays the same, it is the name's price.
    const where = groups.size > names.size ? ` on ${list(group.map(s => s.node))}` : ''
    return first ? row('  ', `${first.name} costs ${costText(first)}${where}`, '', style) : []
  })
}

/** RFC 1035 §4.1.1 has one question in a query; a Pod's resolver asks for A and AAAA (resolv.conf(5), ndots and search). */
function costText({ name, ndots, queries, tried }: ReportedSearch): string {
  const last = tried.at(-1)
  const before = tried.filter(t => t.name !== name).length
  const each = `(ndots ${ndots}), each A and AAAA`
  if (last?.rcode !== 'NOERROR' || last.answers.length === 0) {
    return `${queries} queries and is not found: ${count(tried.length, 'name')} tried ${each}`
  }
  if (last.name !== name) return `${queries} queries: found as ${last.name}, name ${tried.length} that is tried ${each}`
  if (before === 0) return `${queries} queries, A and AAAA (ndots ${ndots})`
  const direct = queries / tried.length
  return `${queries} queries: ${count(before, 'name')} of the search list first ${each}; ${name}. with a final dot costs ${direct}`
}
