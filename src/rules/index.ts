import clusterDnsMismatch from './cluster-dns-mismatch.ts'
import clusterDomainMismatch from './cluster-domain-mismatch.ts'
import clusterNames from './cluster-names.ts'
import corefileInvalid from './corefile-invalid.ts'
import corefileNotLoaded from './corefile-not-loaded.ts'
import externalNames from './external-names.ts'
import kubeDnsConfig from './kube-dns-config.ts'
import loopMissing from './loop-missing.ts'
import noReadyEndpoints from './no-ready-endpoints.ts'
import noUpstream from './no-upstream.ts'
import nodeNotReady from './node-not-ready.ts'
import podsCrashing from './pods-crashing.ts'
import podsNotReady from './pods-not-ready.ts'
import podsPending from './pods-pending.ts'
import resolvconfStub from './resolvconf-stub.ts'
import type { Rule } from './rule.ts'
import scaledToZero from './scaled-to-zero.ts'
import selectorMismatch from './selector-mismatch.ts'
import serviceMissing from './service-missing.ts'
import servicePorts from './service-ports.ts'
import upstreamIsClusterDns from './upstream-is-cluster-dns.ts'
import upstreamLoopback from './upstream-loopback.ts'
import upstreamSilent from './upstream-silent.ts'

/** Every rule, in the order of the checklist: along the way of a query, from the Pod to the upstream. */
export const rules: readonly Rule[] = [
  clusterDnsMismatch,
  clusterDomainMismatch,
  resolvconfStub,
  serviceMissing,
  servicePorts,
  selectorMismatch,
  noReadyEndpoints,
  scaledToZero,
  nodeNotReady,
  podsPending,
  podsCrashing,
  podsNotReady,
  corefileInvalid,
  corefileNotLoaded,
  loopMissing,
  kubeDnsConfig,
  clusterNames,
  noUpstream,
  upstreamLoopback,
  upstreamIsClusterDns,
  upstreamSilent,
  externalNames,
]
