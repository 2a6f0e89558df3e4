import type { RequestError } from './failures.ts'
import { codeOf } from './network.ts'

export type Told = readonly [code: string, message: string, hint: string]
export type Where = { readonly server: string; readonly context: string; readonly host: string }

type Trouble = {
  /** matched against the error's code and message */
  readonly when: RegExp
  readonly code: string
  readonly say: (where: Where, error: RequestError) => string
  readonly hint: string
}

/** The first trouble of a table that fits an error, in words. */
export function matching(table: readonly Trouble[], error: RequestError, where: Where): Told | undefined {
  const text = `${codeOf(error.cause)} ${error.message}`
  const found = table.find(trouble => trouble.when.test(text))
  return found && [found.code, found.say(where, error), found.hint]
}

export const checkServer =
  'Check the server of the cluster: kubectl config view --minify. A login page or a proxy may stand in between'

export const connectionTroubles: readonly Trouble[] = [
  {
    when: /^ECONNREFUSED/,
    code: 'unreachable',
    say: ({ server }) => `Nothing listens at ${server}`,
    hint: 'Start the cluster, or check the server and port in the kubeconfig',
  },
  {
    when: /^ENOTFOUND/,
    code: 'unreachable',
    say: ({ host }) => `The name of the API server does not resolve: ${host}`,
    hint: "Check the spelling, this machine's DNS and the VPN",
  },
  {
    when: /^EAI_/,
    code: 'unreachable',
    say: ({ host }) => `This machine's DNS does not answer for the name of the API server: ${host}`,
    hint: "Check this machine's network and DNS",
  },
  {
    when: /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)/,
    code: 'unreachable',
    say: ({ server }) => `There is no way to ${server} from here`,
    hint: 'Check network, VPN and firewall',
  },
  {
    when: /^ETIMEDOUT/,
    code: 'timeout',
    say: ({ server }) => `No connection to ${server}`,
    hint: 'Packets are dropped on the way: check VPN, firewall and whether the control plane is up',
  },
  {
    when: /^(ECONNRESET|EPIPE|ERR_HTTP2_)/,
    code: 'unreachable',
    say: ({ server }) => `${server} closed the connection without an answer`,
    hint: 'A firewall, or a load balancer without a working control plane behind it, may stand in between',
  },
]

export const tlsTroubles: readonly Trouble[] = [
  {
    when: /^CERT_HAS_EXPIRED/,
    code: 'tls-expired',
    say: ({ server }) => `The certificate of ${server} has expired`,
    hint: "Renew it on the control plane (kubeadm certs renew all), or check this machine's clock",
  },
  {
    when: /^CERT_NOT_YET_VALID/,
    code: 'tls-not-yet-valid',
    say: ({ server }) => `The certificate of ${server} is not valid yet`,
    hint: "Check this machine's clock",
  },
  {
    when: /^ERR_TLS_CERT_ALTNAME/,
    code: 'tls-hostname',
    say: ({ server }, error) => `The certificate of ${server} is for other names: ${altNames(error)}`,
    hint: 'Use one of these names in the server of the cluster, or set tls-server-name',
  },
  {
    when: /wrong.version|packet.length.too.long|record.layer|http.request/i,
    code: 'tls-plain',
    say: ({ server }) => `${server} speaks plain HTTP or another protocol on this port, not TLS`,
    hint: 'Check the port in the server of the cluster, or write http://',
  },
  {
    when: /^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_SIGNATURE|CERT_UNTRUSTED|INVALID_CA)/,
    code: 'tls-unknown-authority',
    say: ({ server }) => `The certificate of ${server} is signed by an authority that the kubeconfig does not trust`,
    hint: 'The cluster was made anew or something intercepts TLS: fetch the kubeconfig again',
  },
  {
    when: /alert.(unknown.ca|bad.certificate|certificate|access.denied|handshake.failure)/i,
    code: 'tls-client-refused',
    say: ({ server }) => `${server} does not accept the client certificate`,
    hint: 'It belongs to another cluster or has been replaced: log in or fetch the kubeconfig again',
  },
]

/** Node attaches the certificate, with its names as `DNS:a, IP Address:b`. */
function altNames({ cause, message }: RequestError): string {
  const names = (cause as { cert?: { subjectaltname?: string } }).cert?.subjectaltname
  return names?.replace(/(DNS|IP Address):/g, '') ?? message
}
