import { isBefore } from './version.ts'

/** The newest CoreDNS whose sources these tables were made from. What a newer one added is not known here. */
export const newestKnown = '1.14.7'

/** `since` and `removed` are CoreDNS versions; where neither is given the plugin is older than 1.1.0 and still there. */
export type Plugin = { readonly since?: string; readonly removed?: string; readonly instead?: string }

const inAll: Plugin = {}

// core/dnsserver/zdirectives.go of 1.5.0 to 1.14.7, and the release notes for the versions between. `since` is never
// later than the truth: where the notes are silent, it is the first version after the last one known to lack the plugin.
export const plugins: Readonly<Record<string, Plugin>> = {
  acl: { since: '1.6.4' },
  any: { since: '1.5.1' },
  auto: inAll,
  autopath: inAll,
  azure: { since: '1.6.2' },
  bind: inAll,
  bufsize: { since: '1.6.6' },
  cache: inAll,
  cancel: { since: '1.5.0' },
  chaos: inAll,
  clouddns: { since: '1.6.3' },
  debug: inAll,
  dns64: { since: '1.7.0' },
  dnssec: inAll,
  dnstap: inAll,
  erratic: inAll,
  errors: inAll,
  etcd: inAll,
  federation: { removed: '1.7.0' },
  file: inAll,
  forward: inAll,
  geoip: { since: '1.8.5' },
  grpc: { since: '1.5.0' },
  grpc_server: { since: '1.13.2' },
  header: { since: '1.8.5' },
  health: inAll,
  hosts: inAll,
  https: { since: '1.13.2' },
  https3: { since: '1.13.2' },
  k8s_external: { since: '1.3.0' },
  kubernetes: inAll,
  loadbalance: inAll,
  local: { since: '1.8.1' },
  log: inAll,
  loop: { since: '1.2.1' },
  metadata: { since: '1.2.0' },
  minimal: { since: '1.8.4' },
  multisocket: { since: '1.12.0' },
  nomad: { since: '1.13.0' },
  nsid: inAll,
  on: inAll,
  pprof: inAll,
  prometheus: inAll,
  proxy: { removed: '1.5.0', instead: 'forward' },
  proxyproto: { since: '1.14.2' },
  quic: { since: '1.12.2' },
  ready: { since: '1.5.0' },
  reload: { since: '1.1.0' },
  reverse: { removed: '1.2.0', instead: 'template' },
  rewrite: inAll,
  root: inAll,
  route53: inAll,
  secondary: inAll,
  shed: { since: '1.14.6' },
  shutdown: { removed: '1.1.0', instead: 'on' },
  sign: { since: '1.6.2' },
  startup: { removed: '1.1.0', instead: 'on' },
  template: inAll,
  timeouts: { since: '1.10.1' },
  tls: inAll,
  trace: inAll,
  transfer: { since: '1.6.5' },
  tsig: { since: '1.9.4' },
  view: { since: '1.10.0' },
  whoami: inAll,
}

/** Plugins that CoreDNS does not bring but that images are built with (the list at coredns.io/explugins, and vendors'). */
export const externalPlugins: ReadonlySet<string> = new Set(
  `ads alias alternate amazondns blocker docker dump ebpf ens fallback fanout finalize gathersrv git gravwell gslb idetcd
  ipecho ipin json k8s_cache k8s_dns_chaos k8s_event k8s_gateway kubeforward kubenodes kubernetai lighthouse mdns meship
  meshname multicluster mysql netbox ocp_dnsnameresolver pdsql records recursor redis redis_cache redisc responsefilter rrl
  unbound warnlist wgsd`.split(/\s+/),
)

export type PluginStatus = 'known' | 'removed' | 'too-new' | 'external' | 'unknown'

/** What CoreDNS of this version makes of a plugin's name; an unknown version counts as the newest. */
export function pluginStatus(name: string, version: string | undefined): PluginStatus {
  const plugin = Object.hasOwn(plugins, name) ? plugins[name] : undefined
  if (!plugin) return externalPlugins.has(name) ? 'external' : 'unknown'
  if (plugin.removed && isBefore(version, plugin.removed) !== true) return 'removed'
  return plugin.since && isBefore(version, plugin.since) ? 'too-new' : 'known'
}
