import type { Arguments, Rule } from './arguments.ts'

const none: Arguments = { max: 0 }
const any: Arguments = {}
const some: Arguments = { min: 1 }
const count: Arguments = { min: 1, max: 1, kind: 'count', loose: true }
const duration: Arguments = { min: 1, max: 1, kind: 'duration', loose: true }
const word: Arguments = { min: 1, max: 1, loose: true }

/**
 * The plugins of a cluster's Corefile whose arguments are checked, from plugin/<name>/setup.go of 1.5.0, 1.6.4, 1.7.0,
 * 1.8.0, 1.8.5, 1.9.3, 1.10.0, 1.11.4, 1.12.4, 1.13.1, 1.14.3, 1.14.5 and 1.14.7. What stands in none of them is refused.
 */
export const rules: Readonly<Record<string, Rule>> = {
  any: { ...none, firstOnly: true },
  autopath: some,
  bind: some,
  bufsize: { max: 1, firstOnly: true, kind: { unit: 'count', from: 512, to: 4096 } },
  cache: {
    kind: 'positive number or zone',
    once: true,
    options: {
      success: { min: 1, strict: true, kind: 'count' },
      denial: { min: 1, strict: true, kind: 'count' },
      prefetch: { min: 1, strict: true, max: 3, kind: 'count' },
      serve_stale: { max: 5, strict: true, kind: 'duration', since: '1.6.6' },
      serve_stale_policy: { min: 1, max: 1, kind: ['prefer_positive'], since: '1.14.4' },
      servfail: { min: 1, max: 1, kind: 'duration', since: '1.9.4' },
      disable: { min: 1, kind: ['success', 'denial'], since: '1.9.4' },
      keepttl: { max: 0, since: '1.10.1' },
    },
  },
  errors: {
    max: 1,
    kind: ['stdout'],
    once: true,
    options: {
      consolidate: { min: 2, strict: true, max: 4, kind: 'duration' },
      stacktrace: { ...any, since: '1.9.3' },
    },
  },
  forward: {
    once: '1.9.4',
    options: {
      except: some,
      max_fails: count,
      max_connect_attempts: { ...count, since: '1.13.2' },
      health_check: { min: 1, strict: true, kind: 'duration' },
      force_tcp: none,
      prefer_udp: { max: 0, since: '1.2.0' },
      tls: { max: 3 },
      tls_servername: word,
      expire: duration,
      max_age: { ...duration, since: '1.14.3' },
      max_idle_conns: { ...count, since: '1.13.2' },
      read_timeout: { ...duration, since: '1.14.4' },
      doh_method: { ...word, kind: ['POST', 'GET'], since: '1.14.4' },
      policy: { ...word, kind: ['random', 'round_robin', 'sequential'] },
      max_concurrent: { ...count, since: '1.6.8' },
      next: { min: 1, strict: true, since: '1.11.4' },
      next_on_nodata: { max: 0, since: '1.14.4' },
      failfast_all_unhealthy_upstreams: { max: 0, since: '1.12.1' },
      failover: { min: 1, strict: true, since: '1.13.0' },
      resolver: { min: 1, strict: true, since: '1.14.4' },
      source_address: { ...word, since: '1.14.6' },
    },
  },
  health: { max: 1, kind: 'host:port', options: { lameduck: { min: 1, max: 1, kind: 'duration' } } },
  kubernetes: {
    once: true,
    options: {
      endpoint_pod_names: none,
      pods: { min: 1, max: 1, kind: ['disabled', 'insecure', 'verified'] },
      namespaces: some,
      endpoint: some,
      tls: { min: 3, max: 3 },
      labels: some,
      namespace_labels: some,
      fallthrough: any,
      ttl: { min: 1, kind: { unit: 'count', from: 0, to: 3600 } },
      noendpoints: none,
      ignore: { kind: ['empty_service'] },
      kubeconfig: { min: 1, max: 2, since: '1.2.3' },
      resyncperiod: { ...any, removed: '1.7.0' },
      upstream: { ...any, removed: '1.7.0' },
      transfer: { ...any, removed: '1.8.0' },
      multicluster: { ...any, since: '1.12.2' },
      startup_timeout: { min: 1, kind: 'duration', since: '1.12.3' },
      apiserver_qps: { min: 1, max: 1, since: '1.13.2' },
      apiserver_burst: { min: 1, max: 1, kind: 'count', since: '1.13.2' },
      apiserver_max_inflight: { min: 1, max: 1, kind: 'count', since: '1.13.2' },
      zonal: { max: 0, since: '1.14.6' },
    },
  },
  loadbalance: { max: 2, kind: ['round_robin', 'weighted'] },
  log: { options: { class: { min: 1, strict: true, kind: ['all', 'success', 'denial', 'error'] } } },
  loop: { max: 0, once: true },
  minimal: { ...none, firstOnly: true },
  prometheus: {
    max: 1,
    kind: 'host:port',
    once: true,
    options: { runtime_metrics: { max: 0, since: '1.13.2' }, tls: { ...any, since: '1.13.2' } },
  },
  ready: {
    max: 1,
    kind: 'host:port',
    once: true,
    strictSince: '1.14.4',
    options: { monitor: { min: 1, max: 1, kind: ['until-ready', 'continuously'], since: '1.12.2' } },
  },
  reload: { max: 2, firstOnly: true, kind: { unit: 'seconds', from: 2, to: Number.POSITIVE_INFINITY } },
  template: {
    min: 2,
    options: {
      match: some,
      answer: some,
      additional: some,
      authority: some,
      rcode: word,
      ederror: { min: 1, max: 2, kind: 'count' },
      fallthrough: any,
      upstream: any,
    },
  },
  whoami: { ...none, firstOnly: true },
}

/** plugin/hosts/setup.go; every other line is an address with its names. */
export const hostsOptions: Readonly<Record<string, Arguments>> = {
  fallthrough: any,
  fallthrough_unsupported: { max: 0, since: '1.14.6' },
  no_reverse: any,
  ttl: { min: 1, kind: { unit: 'count', from: 1, to: 65535 } },
  reload: { min: 1, max: 1, kind: 'duration' },
}
