import { randomUUID } from 'node:crypto'
import type { KubeObject } from '../../src/fix/plan.ts'
import { RequestError } from '../../src/kube/failures.ts'
import type { Script } from './api.ts'

export interface Options {
  readonly dryRun?: readonly string[]
  readonly preconditions?: Version
}

interface Version {
  readonly uid?: string
  readonly resourceVersion?: string
}

/** The objects of an API server, by their paths, and what its verbs do with them. */
export function storeOf({ objects: given = {}, defaults = () => ({}), now = () => new Date() }: Script) {
  const objects = new Map<string, KubeObject>()
  let version = 1
  const put = (path: string, object: object, isDry = false): KubeObject => {
    const whole = asWritten(path, object, objects.get(path), version + 1, now())
    const stored = { ...whole, ...defaults(whole) }
    if (!isDry) {
      version++
      objects.set(path, stored)
    }
    return stored
  }
  for (const [path, object] of Object.entries(given)) put(path, object)
  return {
    objects,
    put,
    read: (path: string) => read(objects, urlOf(path)),
    create: (path: string, object: KubeObject) => put(freePath(objects, urlOf(path), object), object, isDryRun(path)),
    replace: (path: string, object: KubeObject) =>
      put(sameAs(objects, urlOf(path), object.metadata), object, isDryRun(path)),
    remove: (path: string, { preconditions = {}, dryRun }: Options = {}): void => {
      const there = sameAs(objects, urlOf(path), preconditions)
      if (!dryRun) objects.delete(there)
    },
  }
}

type Objects = ReadonlyMap<string, KubeObject>

/** An object with what the server fills in. */
function asWritten(path: string, object: object, old: KubeObject | undefined, version: number, now: Date): KubeObject {
  const { metadata, ...rest } = JSON.parse(JSON.stringify(object)) as KubeObject
  const kept = {
    name: path.split('/').at(-1) ?? '',
    uid: old?.metadata.uid ?? randomUUID(),
    creationTimestamp: old?.metadata.creationTimestamp ?? now.toISOString(),
    resourceVersion: String(version),
  }
  return { ...rest, metadata: { ...metadata, ...kept } } as KubeObject
}

const urlOf = (path: string): URL => new URL(path, 'https://fake')
const isDryRun = (path: string): boolean => urlOf(path).searchParams.get('dryRun') === 'All'

function fail(url: URL, kind: 'not-found' | 'conflict', message: string, status: number): never {
  throw new RequestError(kind, `${url.pathname}: ${message}`, { path: url.pathname, status })
}

const found = (objects: Objects, url: URL): KubeObject =>
  objects.get(url.pathname) ?? fail(url, 'not-found', 'not found', 404)

const read = (objects: Objects, url: URL): unknown =>
  url.searchParams.has('labelSelector') ? { items: selected(objects, url) } : found(objects, url)

/** The path of an object that is there, and is the very one that is meant. */
function sameAs(objects: Objects, url: URL, { uid, resourceVersion }: Version): string {
  const { metadata } = found(objects, url)
  const isOther = (uid && uid !== metadata.uid) || (resourceVersion && resourceVersion !== metadata.resourceVersion)
  if (isOther) fail(url, 'conflict', 'Operation cannot be fulfilled: the object has been modified', 409)
  return url.pathname
}

/** The path of an object to be, whose name the server may have to make. */
function freePath(objects: Objects, url: URL, { metadata }: KubeObject): string {
  const name = metadata.name ?? `${metadata.generateName}x7k2p`
  const path = `${url.pathname}/${name}`
  if (objects.has(path)) fail(url, 'conflict', `"${name}" already exists`, 409)
  return path
}

function selected(objects: Objects, url: URL): readonly KubeObject[] {
  const wanted = (url.searchParams.get('labelSelector') ?? '').split(',').map(pair => pair.split('='))
  return [...objects]
    .filter(([path]) => path.startsWith(`${url.pathname}/`))
    .filter(([, { metadata }]) => wanted.every(([key = '', value]) => metadata.labels?.[key] === value))
    .map(([, object]) => object)
}
