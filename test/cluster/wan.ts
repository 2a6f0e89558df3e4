import { startDaemon } from './daemon.ts'
import { attempt, Missing, run, until } from './exec.ts'
import { namespace, network, world } from './layout.ts'
import { addRoutes, inNamespace, makeNamespace } from './net.ts'
import { stateFile } from './paths.ts'
import { childrenOf, forget, kill, recorded } from './process.ts'

/** "The internet": one namespace that answers as the public resolvers. Nothing leaves this machine. */
export async function startWan(): Promise<void> {
  await makeNamespace('wan', network.wan)
  for (const address of world.resolvers) await addResolverAddress(address)
  await addRoutes('wan', network.wan)
  await startPublicResolvers()
}

/** The options of a dnsmasq that knows what the world answers. */
export const worldNames: readonly string[] = [
  ...Object.entries(world.names).map(([name, address]) => `--address=/${name}/${address}`),
  '--local=/cluster.local/',
]

/** One dnsmasq for all public resolvers, so that they give the same answers. */
export async function startPublicResolvers(): Promise<void> {
  await startResolver('wan', world.resolvers, worldNames)
}

/** Gives the world one more address that a resolver can listen on. */
export async function addResolverAddress(address: string): Promise<void> {
  await inNamespace('wan', ['address', 'replace', `${address}/32`, 'dev', 'lo'])
}

/** One more dnsmasq in the world, with options of its own; its log is NAME.log in the state directory. */
export async function startResolver(
  name: string,
  addresses: readonly string[],
  options: readonly string[],
): Promise<void> {
  const dnsmasq = ['dnsmasq', '--keep-in-foreground', '--no-resolv', '--no-hosts', '--pid-file=']
  const listen = ['--bind-interfaces', `--listen-address=${addresses.join(',')}`]
  const logs = ['--log-queries', '--log-facility=-']
  // Pods that end leave connections half open for minutes, and twenty of them would be all that it takes.
  const connections = ['--max-tcp-connections=1000']
  await startDaemon(name, [...inside(), ...debian(), ...dnsmasq, ...listen, ...logs, ...connections, ...options])
  await until(`the resolver ${name}`, 10, async () => {
    const query = ['dig', '+time=1', '+tries=1', `@${addresses[0]}`, 'version.bind', 'chaos', 'txt']
    const { code } = await attempt([...inside(), ...debian(), ...query])
    return code === 0 && recorded(name) !== null ? true : new Missing('it does not answer')
  })
}

/** Ends a resolver that `startResolver` started. */
export async function stopResolver(name: string): Promise<void> {
  const pid = recorded(name)
  // A child for every TCP connection keeps the address as long as the connection lasts.
  if (pid !== null) await kill([pid, ...childrenOf(pid)])
  forget(name)
}

/** Makes the world swallow every DNS query, or answer again. */
export async function wanSilent(silent: boolean): Promise<void> {
  for (const protocol of ['udp', 'tcp']) {
    const rule = ['INPUT', '-p', protocol, '--dport', '53', '-j', 'DROP']
    const iptables = [...inside(), 'iptables', '--wait']
    const isThere = (await attempt([...iptables, '-C', ...rule])).code === 0
    if (silent !== isThere) await run([...iptables, silent ? '-A' : '-D', ...rule])
  }
}

function inside(): string[] {
  return ['ip', 'netns', 'exec', namespace('wan')]
}

// The nodes' Debian has these programs, so this machine needs none of them.
function debian(): string[] {
  return ['chroot', stateFile('debian')]
}
