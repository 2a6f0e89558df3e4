/**
 * Names for a narrow column, each still told from the others: `…-dlnbr` for a Pod, `ip-10-0-1-23…` for a node. They stay
 * whole where they fit into `most` characters, or where no shortening keeps them apart.
 */
export function shortNames(names: readonly string[], most: number): ReadonlyMap<string, string> {
  const unique = [...new Set(names)]
  const domain = commonEnd(unique)
  const beginning = commonBeginning(unique)
  const withoutDomain = (name: string) => (domain === '' ? name : `${name.slice(0, -domain.length)}…`)
  const withoutBeginning = (name: string) => (beginning === '' ? name : `…${name.slice(beginning.length)}`)
  const tail = (name: string) => (name.length > most ? `…${name.slice(1 - most)}` : name)
  const head = (name: string) => (name.length > most ? `${name.slice(0, most - 1)}…` : name)
  const ways = [
    (name: string) => name,
    withoutDomain,
    withoutBeginning,
    (name: string) => (domain === '' ? withoutBeginning(name) : withoutBeginning(withoutDomain(name))),
    tail,
    head,
  ]
  const short = ways.map(way => unique.map(way)).find(own => isShort(own, most)) ?? unique
  return new Map(unique.map((name, i) => [name, short[i] ?? name]))
}

const isShort = (names: readonly string[], most: number): boolean =>
  names.every(n => n.length <= most) && new Set(names).size === names.length

/** The parts up to a hyphen that all names begin with: `coredns-7d764666f9`. */
const commonBeginning = (names: readonly string[]): string =>
  common(
    names.map(n => n.split('-')),
    parts => parts.join('-'),
  )

/** The domain that all names end in: `.eu-central-1.compute.internal`. */
const commonEnd = (names: readonly string[]): string =>
  common(
    names.map(n => n.split('.').reverse()),
    parts =>
      parts
        .map(part => `.${part}`)
        .reverse()
        .join(''),
  )

/** The first parts that all have alike, joined; every name keeps a part of its own. */
function common(names: readonly (readonly string[])[], join: (parts: readonly string[]) => string): string {
  const [first = []] = names
  const most = Math.min(...names.map(parts => parts.length - 1))
  const end = first.findIndex((part, i) => i >= most || names.some(parts => parts[i] !== part))
  return join(first.slice(0, Math.max(0, end)))
}
