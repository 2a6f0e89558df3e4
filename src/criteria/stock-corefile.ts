import type { Corefile, Directive, Token } from '../corefile/types.ts'

/** A server block for `.:53`: the line of each plugin → the lines of its options, in any order. */
type Shape = Readonly<Record<string, readonly string[]>>

const kubernetes = ['pods insecure', 'fallthrough in-addr.arpa ip6.arpa', 'ttl 30']
const lameduck = ['lameduck 5s']
const basic: Shape = { errors: [], 'prometheus :9153': [], 'cache 30': [], reload: [] }
const balanced: Shape = { ...basic, loop: [], loadbalance: [] }
const ready: Shape = { ...balanced, ready: [], 'kubernetes * ***': kubernetes }
const old = ['pods insecure', 'upstream', 'fallthrough in-addr.arpa ip6.arpa']

/**
 * The Corefiles of Kubernetes 1.11 to 1.31, in which kubeadm recognises its own work (coredns/corefile-migration 1.0.29,
 * versions.go: defaultConf): `*` is any one word, `***` any rest of a line. The Corefile of kubeadm 1.32 and later is not
 * among them.
 */
const shapes: readonly Shape[] = [
  { ...ready, health: lameduck, 'forward . *': ['max_concurrent 1000'] },
  { ...ready, health: lameduck, 'forward . *': [] },
  { ...ready, health: [], 'forward . *': [] },
  { ...balanced, health: [], 'kubernetes * ***': [...old, 'ttl 30'], 'forward . *': [] },
  { ...balanced, health: [], 'kubernetes * ***': old, 'proxy . *': [] },
  { ...basic, health: [], 'kubernetes * ***': old, 'proxy . *': [] },
]

/**
 * The one upstream of a Corefile that `kubeadm upgrade` takes for untouched, and replaces by its newest one, in which that is
 * `/etc/resolv.conf`: kubeadm 1.21 and later, phases/addons/dns/dns.go, with corefile-migration's `Default`. Null for a Corefile
 * that it keeps.
 */
export function replacedUpstream({ statements }: Corefile): string | null {
  const [only, ...more] = statements
  if (only?.kind !== 'block' || more.length > 0 || texts(only.block.keys) !== '.:53') return null
  const { directives } = only.block
  if (!shapes.some(shape => isShaped(directives, shape))) return null
  return directives.find(d => ['forward', 'proxy'].includes(d.name.text))?.args.at(-1)?.text ?? null
}

function isShaped(directives: readonly Directive[], shape: Shape): boolean {
  const lines = Object.keys(shape)
  return (
    directives.length === lines.length &&
    directives.every(directive => {
      const line = lines.find(pattern => matches(lineOf(directive), pattern))
      const own = directive.block ?? []
      const options = line === undefined ? [] : (shape[line] ?? [])
      if (line === undefined || directive.extra.length > 0 || own.length !== options.length) return false
      return own.every(option => options.some(pattern => matches(lineOf(option), pattern)))
    })
  )
}

const texts = (tokens: readonly Token[]): string => tokens.map(t => t.text).join(' ')

const lineOf = (directive: Directive): readonly string[] => [directive.name, ...directive.args].map(t => t.text)

function matches(words: readonly string[], pattern: string): boolean {
  const wanted = pattern.split(' ')
  const open = wanted.indexOf('***')
  const fixed = open < 0 ? wanted : wanted.slice(0, open)
  return (
    (open < 0 ? words.length === fixed.length : words.length >= fixed.length) &&
    fixed.every((word, at) => word === '*' || word === words[at])
  )
}
