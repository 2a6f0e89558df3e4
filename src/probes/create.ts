import { ExpectedError } from '../errors.ts'
import type { Client } from '../kube/client.ts'
import { RequestError } from '../kube/failures.ts'
import type { Pod } from '../snapshot/objects.ts'

const podsPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`

export interface CreateOptions {
  /** the server judges it as a real one, with all admission, and makes none */
  readonly dryRun?: boolean
}

/**
 * Creates a probe Pod. Rejects with an ExpectedError where the namespace does not exist, else with a RequestError that has words
 * for a refusal which is no matter of rights. Takes no signal: a request that was sent must be heard out, or the Pod that it made
 * would be nobody's.
 */
export async function createPod(
  client: Client,
  namespace: string,
  manifest: object,
  { dryRun = false }: CreateOptions = {},
): Promise<Pod> {
  try {
    // The server gives up before we do: a Pod that comes later than its answer would be nobody's.
    return await client.post<Pod>(`${podsPath(namespace)}?timeout=8s${dryRun ? '&dryRun=All' : ''}`, manifest)
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    if (error.kind === 'not-found') throw namespaceUnknown(namespace)
    throw explained(error, namespace)
  }
}

const namespaceUnknown = (namespace: string): ExpectedError =>
  new ExpectedError(`There is no namespace ${namespace} to start probe Pods in.`, {
    code: 'namespace-unknown',
    hint: 'Name one with -n; kubectl get namespaces lists them',
  })

/** Whether the server has said that the Pod does not exist; otherwise it may have been made all the same. */
export const isRefused = (error: unknown): boolean =>
  error instanceof ExpectedError ||
  (error instanceof RequestError && error.status !== undefined && error.status >= 400 && error.status < 500)

/** What refused, by the words of the admission plug-ins (k8s.io/apiserver resourcequota, pod-security-admission, webhooks;
 * kubernetes, plugin/pkg/admission/limitranger). */
const refusals: readonly (readonly [RegExp, (namespace: string) => string])[] = [
  [/exceeded quota|failed quota/, namespace => `the quota of namespace ${namespace} allows no such Pod`],
  [/violates PodSecurity/, namespace => `Pod Security of namespace ${namespace} refuses the Pod`],
  [/admission webhook|admission policy|ValidatingAdmissionPolicy/, () => 'an admission policy refuses the Pod'],
  [/(usage|ratio) per (Container|Pod) is/, namespace => `a LimitRange of namespace ${namespace} refuses the Pod`],
  [/security context constraint/, () => 'the SecurityContextConstraints refuse the Pod'],
  [/is being terminated/, namespace => `namespace ${namespace} is being deleted`],
]

/** Admission answers 403 as a missing right does; only the server's words tell them apart. */
function explained(error: RequestError, namespace: string): RequestError {
  const isRight = / cannot \w+ resource /.test(error.message)
  const why = refusals.find(([pattern]) => pattern.test(error.message))?.[1](namespace)
  if (isRight || (error.kind !== 'forbidden' && why === undefined)) return error
  const message = why ? `${why}: ${error.message}` : error.message
  return new RequestError('server', message, { path: error.path, status: error.status, cause: error })
}
