import { entry, list, verb } from './entry.ts'

/** 506, 508 to 511, 513 and 514: what upstreams answer to probe Pods, and which names resolve from Pods. */
export const resolution = {
  DNS506: entry<{ upstreams: readonly string[]; nodes: readonly string[]; how: string }>({
    name: 'UpstreamFailsFromNode',
    severity: 'error',
    summary:
      'An upstream answers from some nodes and not from others: a route, a firewall or an access list tells the nodes apart. DNS Pods on the wrong nodes do not resolve external names, or slowly.',
    text: a =>
      `the ${verb(a.upstreams, 'upstream', 'upstreams')} ${list(a.upstreams)} ${verb(a.upstreams, 'fails', 'fail')} from ${list(a.nodes)}, and ${verb(a.upstreams, 'answers', 'answer')} from other nodes: ${a.how}`,
    remedy: a =>
      `let ${list(a.nodes)} and ${verb(a.nodes, 'its', 'their')} Pods reach ${list(a.upstreams)} on port 53, UDP and TCP: compare route, security group, masquerading and access list with a node that is answered (on both: nc -vz ${a.upstreams[0] ?? 'IP'} 53)`,
  }),
  DNS508: entry<{ name: string; answers: readonly { readonly upstream: string; readonly answer: string }[] }>({
    name: 'UpstreamsDisagree',
    severity: 'error',
    summary:
      'The upstreams know different truths for one name: one has addresses where another has none, or private ones where another has others. The DNS server asks any of them, so the name resolves now this way and now that.',
    text: a => `the upstreams disagree on ${a.name}: ${told(a.answers)}`,
    remedy: a =>
      `use only upstreams that know the same names; give the zone of ${a.name} a server block of its own (kube-dns: stubDomains) with the resolver that is right for it, and never list an internal and a public resolver together`,
  }),
  DNS509: entry<{ name: string; nodes: readonly string[]; protocols: readonly string[]; how: string }>({
    name: 'NamesFail',
    severity: 'error',
    summary:
      'A name that should resolve does not, asked from a Pod in the way every Pod asks. This is what users feel.',
    text: a => `${a.name} is not resolved from Pods on ${list(a.nodes)} over ${a.protocols.join(' and ')}: ${a.how}`,
    remedy: () =>
      'see the causes above; where there are none, ask again with more names (--name) and from the nodes themselves (--host-network)',
  }),
  DNS510: entry<{ name: string; answers: readonly { readonly upstream: string; readonly answer: string }[] }>({
    name: 'UpstreamAnswersDiffer',
    severity: 'info',
    summary:
      'The upstreams give different public addresses for one name. Where the name is served from many places that is as it should be.',
    text: a => `the upstreams have different addresses for ${a.name}: ${told(a.answers)}`,
    remedy: a =>
      `nothing has to be done; to hold the answers against the right address ask with --name ${a.name}=ADDRESS`,
  }),
  DNS511: entry<{ name: string; nodes: readonly string[]; answers: readonly string[]; expected: readonly string[] }>({
    name: 'WrongAnswer',
    severity: 'error',
    summary: 'A name resolves from Pods, but to something else than it must.',
    text: a => `${a.name} is ${list(a.answers)} from Pods on ${list(a.nodes)}, and must be ${a.expected.join(' or ')}`,
    remedy: a =>
      `find who answers: dig ${a.name} at each DNS Pod and each upstream (kubectl dnsfix verify -o wide shows all); then look for a hosts, rewrite or template plugin in the Corefile, an upstream that makes up answers, or a DNS Pod that has lost the API server`,
  }),
  DNS513: entry<{ upstreams: readonly string[]; nodes: readonly string[]; how: string }>({
    name: 'UpstreamFails',
    severity: 'error',
    summary:
      'An upstream answers no probe Pod, from whichever node. With other upstreams beside it names still resolve, but some of them late.',
    text: a =>
      `the ${verb(a.upstreams, 'upstream', 'upstreams')} ${list(a.upstreams)} ${verb(a.upstreams, 'fails', 'fail')} from every node that asked (${list(a.nodes)}): ${a.how}`,
    remedy: a =>
      `name a resolver that answers in place of ${list(a.upstreams)}, or open UDP and TCP port 53 from the nodes and their Pods to ${verb(a.upstreams, 'it', 'them')} (on a node: nc -vz ${a.upstreams[0] ?? 'IP'} 53)`,
  }),
  DNS514: entry<{ name: string; domain: string; answers: readonly string[] }>({
    name: 'SearchHijacked',
    severity: 'warning',
    summary:
      'A domain of the search list answers for a name that is not in it, as one with a wildcard record does. With ndots 5 a resolver asks for most names in each search domain first, so that Pods get that answer and never come to the name itself (resolv.conf(5)).',
    text: a =>
      `a Pod that asks for ${a.name} gets ${list(a.answers)}, the address of ${a.name}.${a.domain}: the search domain ${a.domain} comes first, and answers`,
    remedy: a =>
      `remove the wildcard record (or template, or Service) that answers for ${a.name}.${a.domain}, or take ${a.domain} out of the search list (dnsConfig of the Pods); meanwhile write the name with a final dot, ${a.name}., or set ndots to 1`,
  }),
} as const

const told = (answers: readonly { readonly upstream: string; readonly answer: string }[]): string =>
  list(answers.map(a => `${a.upstream} says ${a.answer}`))
