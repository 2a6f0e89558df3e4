import { type Args, type Code, catalog, type Severity } from './catalog.ts'

export interface ObjectRef {
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

/** What was seen, and where: a log line, a field, a metric, an answer. */
export interface EvidenceLine {
  readonly source: string
  readonly text: string
}

/** Who is hit: every Pod, some (nodes, DNS Pods, names or protocols), nobody yet. */
export type Reach = 'all' | 'some' | 'soon'

interface Of<C extends Code> {
  readonly code: C
  readonly object: ObjectRef
  readonly args: Args<C>
  readonly reach: Reach
  readonly evidence: readonly EvidenceLine[]
}

/** One thing that is wrong, as plain data: it prints, sorts, serialises and plans. */
export type Finding = { [C in Code]: Of<C> }[Code]

/** A finding whose arguments the compiler holds against its code. */
export function finding<C extends Code>(
  code: C,
  object: ObjectRef,
  args: Args<C>,
  reach: Reach,
  evidence: readonly EvidenceLine[],
) {
  return { code, object, args, reach, evidence } as Extract<Finding, { code: C }>
}

/** The entry of a finding's code, taking that finding's arguments. */
interface Words {
  readonly name: string
  readonly severity: Severity
  readonly summary: string
  text(args: Finding['args']): string
  remedy(args: Finding['args']): string
}
const words = (f: Finding): Words => catalog[f.code] as unknown as Words

export const messageOf = (f: Finding): string => words(f).text(f.args)
export const remedyOf = (f: Finding): string => words(f).remedy(f.args)
export const nameOf = (f: Finding): string => words(f).name
export const severityOf = (f: Finding): Severity => words(f).severity

const severities: readonly Severity[] = ['error', 'warning', 'info']

/** True when `severity` is as bad as `limit` or worse. */
export const atLeast = (severity: Severity, limit: Severity): boolean =>
  severities.indexOf(severity) <= severities.indexOf(limit)

/** Worst first, then by code, then by object: the order of every report. */
export function compareFindings(a: Finding, b: Finding): number {
  const bySeverity = severities.indexOf(severityOf(a)) - severities.indexOf(severityOf(b))
  if (bySeverity !== 0) return bySeverity
  const key = (f: Finding) => `${f.code}/${f.object.kind}/${f.object.namespace ?? ''}/${f.object.name}`
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0
}

/** `kube-system/kube-dns`, or just the name of what has no namespace. */
export const refName = (o: { readonly namespace?: string; readonly name: string }): string =>
  o.namespace ? `${o.namespace}/${o.name}` : o.name

/** `kube-system/coredns` → the reference of that ConfigMap. */
export function configMapRef(path: string): ObjectRef {
  const [namespace = '', name = ''] = path.split('/')
  return { kind: 'ConfigMap', namespace, name }
}
