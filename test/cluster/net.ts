import { attempt, run } from './exec.ts'
import { type Node, namespace, network, nodes } from './layout.ts'

// What netfilter sees of the bridge's own traffic must pass, whatever the machine's firewall says.
const forward = ['FORWARD', '-i', network.bridge, '-o', network.bridge, '-j', 'ACCEPT']

/** The bridge that nodes and world hang on, with this machine's address. */
export async function makeBridge(): Promise<void> {
  await run(['ip', 'link', 'add', network.bridge, 'type', 'bridge'])
  await run(['ip', 'address', 'add', `${network.host}/24`, 'dev', network.bridge])
  await run(['ip', 'link', 'set', network.bridge, 'up'])
  await run(['iptables', '--wait', '-I', ...forward])
}

/** A network namespace on the bridge, new even when there was one. */
export async function makeNamespace(name: string, address: string): Promise<void> {
  const space = namespace(name)
  await attempt(['ip', 'netns', 'delete', space])
  await attempt(['ip', 'link', 'delete', space])
  await run(['ip', 'netns', 'add', space])
  await run(`ip link add ${space} type veth peer name eth0 netns ${space} address ${linkAddress(address)}`.split(' '))
  await run(['ip', 'link', 'set', space, 'master', network.bridge, 'up'])
  await inNamespace(name, ['link', 'set', 'lo', 'up'])
  await inNamespace(name, ['link', 'set', 'eth0', 'up'])
  await inNamespace(name, ['address', 'add', `${address}/24`, 'dev', 'eth0'])
}

/**
 * The same for the same node whenever it comes again: to the link address that a neighbour remembers it would go on sending for eight
 * seconds and more (arp(7): delay_first_probe_time, ucast_solicit).
 */
const linkAddress = (address: string): string =>
  ['02', '00', ...address.split('.').map(n => Number(n).toString(16).padStart(2, '0'))].join(':')

/** Everything outside the bridge's own net goes to the world; other nodes' Pods are behind their nodes. */
export async function addRoutes(name: string, address: string): Promise<void> {
  if (address !== network.wan) await inNamespace(name, ['route', 'add', 'default', 'via', network.wan])
  for (const node of nodes.filter(node => node.address !== address)) {
    await inNamespace(name, ['route', 'add', node.pods, 'via', node.address])
  }
}

/** All others on the bridge, this machine too, reach the Pods of a node that comes later. */
export async function addRoutesTo({ pods, address }: Node): Promise<void> {
  const via = ['route', 'replace', pods, 'via', address]
  for (const name of ['wan', ...nodes.map(node => node.name)]) await inNamespace(name, via)
  await run(['ip', ...via])
}

/** This machine reaches Pods too: `dig` from here shows what a Pod shows. */
export async function routeToPods(): Promise<void> {
  for (const node of nodes) await run(['ip', 'route', 'replace', node.pods, 'via', node.address])
}

/** Runs `ip` in a namespace. */
export function inNamespace(name: string, argv: readonly string[]): Promise<string> {
  return run(['ip', '-netns', namespace(name), ...argv])
}

/** Removes a namespace, and with it whatever is in it. */
export async function removeNamespace(space: string): Promise<void> {
  await attempt(['ip', 'link', 'delete', space])
  await run(['ip', 'netns', 'delete', space])
}

/** Every process in the namespaces of the cluster. */
export async function processesInside(): Promise<number[]> {
  const pids = await Promise.all((await namespaces()).map(space => attempt(['ip', 'netns', 'pids', space])))
  return pids.flatMap(({ stdout }) => stdout.split('\n').filter(Boolean).map(Number))
}

/** Removes namespaces, bridge and firewall rule; routes and veths go with them. */
export async function removeNetwork(): Promise<void> {
  for (const space of await namespaces()) await removeNamespace(space)
  await attempt(['ip', 'link', 'delete', network.bridge])
  while ((await attempt(['iptables', '--wait', '-C', ...forward])).code === 0) {
    await run(['iptables', '--wait', '-D', ...forward])
  }
}

async function namespaces(): Promise<string[]> {
  const { stdout } = await attempt(['ip', 'netns', 'list'])
  const names = stdout.split('\n').map(line => line.split(' ')[0] ?? '')
  return names.filter(name => name.startsWith(namespace('')))
}
