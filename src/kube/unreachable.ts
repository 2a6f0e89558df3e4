import { ExpectedError } from '../errors.ts'
import type { Client } from './client.ts'
import { type FailureKind, RequestError } from './failures.ts'
import { ProxyRefusal, TimeLimit } from './network.ts'
import { checkServer, connectionTroubles, matching, type Told, tlsTroubles, type Where } from './troubles.ts'

/**
 * The words for a cluster that gave no usable answer at all: refused, unknown host, silence, TLS, a stranger on the port,
 * refused credentials. Takes whatever the first request rejected with.
 */
export function clusterUnreachable(
  error: unknown,
  { server, context }: Pick<Client, 'server' | 'context'>,
): ExpectedError {
  if (error instanceof ExpectedError) return error
  const where: Where = { server, context, host: new URL(server).hostname }
  const [code, message, hint] = error instanceof RequestError ? tell[error.kind](error, where) : strange(error, where)
  return new ExpectedError(message, { code, hint, cause: error })
}

const tell: Readonly<Record<FailureKind, (error: RequestError, where: Where) => Told>> = {
  unauthorized: (_, { server, context }) => [
    'unauthorized',
    `${server} does not accept the credentials of context ${JSON.stringify(context)}`,
    'The token has expired or belongs to another cluster: log in again, or choose another --context or --user',
  ],
  forbidden: (error, { server }) => [
    'forbidden',
    `${server} refused the request: ${error.message}`,
    'Ask for the rights that kubectl dnsfix rbac prints, or choose another --context or --user',
  ],
  conflict: (error, { server }) => [
    'conflict',
    `${server} refused the request, because the object is in another state: ${error.message}`,
    'Somebody else is changing it too: run the command again',
  ],
  invalid: (error, { server }) => [
    'invalid',
    `${server} refused the request as invalid: ${error.message}`,
    'Its message names the field, or the policy that forbids it',
  ],
  timeout: timedOut,
  tls: (error, where) =>
    matching(tlsTroubles, error, where) ?? [
      'tls',
      `TLS with ${where.server} failed: ${error.message}`,
      'Check certificate-authority and the client certificate in the kubeconfig',
    ],
  unreachable: (error, where) =>
    error.cause instanceof ProxyRefusal
      ? ['proxy', error.message, 'Check proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY']
      : (matching(connectionTroubles, error, where) ?? strange(error, where)),
  'not-found': (error, { server }) => [
    'not-kubernetes',
    `${server} has no ${error.path}: it is not a Kubernetes API server`,
    checkServer,
  ],
  'not-kubernetes': (error, { server }) => [
    'not-kubernetes',
    `What answers at ${server} is not a Kubernetes API server (${error.status ? `HTTP ${error.status}` : error.message})`,
    checkServer,
  ],
  server: (error, { server }) =>
    /HTTP request to an HTTPS server/i.test(error.message)
      ? ['tls-wanted', `${server} wants TLS`, 'Write https:// in the server of the cluster']
      : [
          'server-error',
          `The API server ${server} failed: ${error.message}`,
          'It may be starting or overloaded: try again, then look at kube-apiserver and etcd on the control plane',
        ],
  aborted: () => ['aborted', 'Interrupted before the cluster answered', 'Nothing was changed'],
}

function timedOut(error: RequestError, { server }: Where): Told {
  const limit = error.cause
  if (!(limit instanceof TimeLimit)) return ['timeout', `${server} timed out: ${error.message}`, patience]
  const within = `within ${limit.ms / 1000} s`
  return limit.connected
    ? ['timeout', `${server} took the connection but did not answer ${within}`, patience]
    : ['timeout', `No connection to ${server} ${within}`, 'Check VPN, firewall and whether the control plane is up']
}

const patience = 'The API server may be overloaded: try again with a longer --request-timeout'

function strange(error: unknown, { server }: Where): Told {
  const text = error instanceof Error ? error.message : String(error)
  return ['unreachable', `Cannot reach ${server}: ${text}`, checkServer]
}
