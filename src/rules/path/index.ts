import type { Rule } from '../rule.ts'
import namesFail from './names-fail.ts'
import networkPolicy from './network-policy.ts'
import nodeCutOff from './node-cut-off.ts'
import nodeResolver from './node-resolver.ts'
import podFails from './pod-fails.ts'
import podPath from './pod-path.ts'
import protocolBlocked from './protocol-blocked.ts'
import searchHijack from './search-hijack.ts'
import servicePath from './service-path.ts'
import upstreamFromNodes from './upstream-from-nodes.ts'
import upstreamsDisagree from './upstreams-disagree.ts'
import wrongAnswer from './wrong-answer.ts'

/** What `verify` judges beyond `check`: the way of a query, from the Pod to the upstream, and what comes back. */
export const pathRules: readonly Rule[] = [
  nodeCutOff,
  networkPolicy,
  nodeResolver,
  servicePath,
  podPath,
  protocolBlocked,
  podFails,
  upstreamFromNodes,
  upstreamsDisagree,
  namesFail,
  wrongAnswer,
  searchHijack,
]
