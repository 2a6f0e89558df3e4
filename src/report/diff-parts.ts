import { refName } from '../finding.ts'
import type { Change, KubeObject, NodeChange } from '../fix/plan.ts'
import { diffHunks, unifiedDiff } from './diff.ts'
import type { Style } from './style.ts'
import { yamlText } from './yaml.ts'

/** A text that a change makes another one of. */
export interface DiffPart {
  /** `ConfigMap kube-system/coredns, Corefile`; `w1:/etc/default/kubelet` */
  readonly name: string
  readonly before: string
  readonly after: string
}

/** The change as one unified diff; empty when it changes nothing that is to be seen. */
export const diffOf = (change: Change): string =>
  diffParts(change)
    .flatMap(part => unifiedDiff(part.before, part.after, part.name))
    .map(line => `${line}\n`)
    .join('')

/**
 * What of a change is compared: the YAML of the object, without what only the API server writes, and each text in it that has
 * several lines for itself, since people know a Corefile as a file.
 */
export function diffParts(change: Change): readonly DiffPart[] {
  if (change.kind === 'node') return [filePart(change)]
  const [before, after] = [change.before && cleaned(change.before), change.after && cleaned(change.after)]
  const object = change.after ?? change.before
  const name = object ? `${object.kind} ${refName(object.metadata)}` : change.path
  if (!before || !after) return [{ name, before: before ? yamlText(before) : '', after: after ? yamlText(after) : '' }]
  const texts = textsOf(before, after)
  const own = new Set(texts.map(t => t.path))
  return [
    { name, before: yamlText(without(before, own) as object), after: yamlText(without(after, own) as object) },
    ...texts.map(t => ({ name: `${name}, ${t.path.replace(/^data\./, '')}`, before: t.before, after: t.after })),
  ]
}

const filePart = ({ node, file, before, after }: NodeChange): DiffPart => ({
  name: `${node}:${file}`,
  before: before ?? '',
  after: after ?? '',
})

/** A change as people read it: each part under its name, `+` and `-` also in colour. */
export const diffLines = (change: Change, style: Style): readonly string[] =>
  diffParts(change).flatMap(({ name, before, after }) => {
    const hunks = diffHunks(before, after)
    return hunks.length === 0 ? [] : [style.bold(name), ...hunks.map(line => painted(line, style))]
  })

function painted(line: string, style: Style): string {
  const text = visible(line)
  if (line.startsWith('+')) return style.good(text)
  if (line.startsWith('-')) return style.bad(text)
  return line.startsWith('@@') ? style.dim(text) : text
}

/** Control characters as signs of them: what came from a cluster must not steer a terminal. */
const visible = (line: string): string => line.replace(/[^\P{Cc}\t]/gu, signOf)

/** C0 and DEL have pictures in Unicode, C1 has none. */
function signOf(control: string): string {
  const code = control.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  return code === 0x7f ? '␡' : '�'
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/ and the type ObjectMeta: set by the API server alone. */
const servers = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'selfLink', 'uid']

function cleaned({ status: _, metadata, ...object }: KubeObject): object {
  const own = Object.entries(metadata).filter(([field]) => !servers.includes(field))
  return sorted({ ...object, metadata: Object.fromEntries(own) }) as object
}

/** As `kubectl get -o yaml` has it, and so that the order of fields is no difference. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]))
}

interface Text {
  readonly path: string
  readonly before: string
  readonly after: string
}

/** The texts of several lines that both have at the same place. */
function textsOf(before: unknown, after: unknown, path = ''): readonly Text[] {
  if (typeof before === 'string' && typeof after === 'string')
    return `${before}${after}`.includes('\n') ? [{ path, before, after }] : []
  if (before === null || after === null || typeof before !== 'object' || typeof after !== 'object') return []
  const others = new Map(Object.entries(after))
  return Object.entries(before).flatMap(([key, part]) => textsOf(part, others.get(key), inside(path, key)))
}

/** In place of a text that is compared for itself. */
const elsewhere = '…'

function without(value: unknown, texts: ReadonlySet<string>, path = ''): unknown {
  if (texts.has(path)) return elsewhere
  if (Array.isArray(value)) return value.map((part, i) => without(part, texts, inside(path, String(i))))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, without(part, texts, inside(path, key))]))
}

const inside = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)
