import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { source } from './paths.ts'

/** The version of a Go module that the cluster is built from, as go.mod pins it. */
export function pinned(folder: string, module: string): string {
  const text = readFileSync(join(source, 'go', folder, 'go.mod'), 'utf8')
  const line = text.split('\n').find(line => line.trim().replace('require ', '').startsWith(`${module} v`))
  return line?.match(/v[\d.]+/)?.[0] ?? ''
}

/** A node: its address, and the addresses of its Pods (as the controller-manager gives them out). */
export interface Node {
  name: string
  address: string
  pods: string
}

export const controlPlane: Node = { name: 'cp1', address: '172.31.77.11', pods: '10.246.0.0/24' }
export const worker: Node = { name: 'w1', address: '172.31.77.12', pods: '10.246.1.0/24' }
export const nodes: readonly Node[] = [controlPlane, worker]

/** A node that is there only while a test adds it. */
export const newcomer: Node = { name: 'w2', address: '172.31.77.13', pods: '10.246.2.0/24' }

/** This machine's and the outside world's addresses on the bridge. */
export const network = { bridge: 'dnsfix0', host: '172.31.77.1', wan: '172.31.77.254' }

/** What the world answers with; all of it is made up and stays on this machine. */
export const world = {
  resolvers: ['8.8.8.8', '8.8.4.4'],
  names: { 'icttoracon.net': '203.0.113.10', 'example.com': '203.0.113.20' },
}

/** The Service that Pods ask, and the domain it serves. */
export const dns = { service: '10.96.0.10', domain: 'cluster.local' }

/** The network namespace of a node (or of `wan`). */
export function namespace(name: string): string {
  return `dnsfix-${name}`
}
