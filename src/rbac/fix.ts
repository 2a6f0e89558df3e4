import type { Change, KubeObject, Method } from '../fix/plan.ts'
import { needed } from '../fix/planners/rbac-rules.ts'
import { type Needs, rightsOfPlan, rightsOfProof, rightsOnNodes } from '../fix/rights.ts'
import { any, anyDeployment, readPaths, type Touched, touched } from '../fix/touched.ts'
import { rightOf } from '../kube/failures.ts'
import type { FixOptions } from '../options.ts'
import { type Need, needOf } from './need.ts'

/** A way that can be asked for on the command line; undefined: any way there is. */
type AskedMethod = FixOptions['method']

/** What `fix` and `undo` take beside what `verify` does, to repair by this method, or by any. */
export function needsOfFix(method: AskedMethod): readonly Need[] {
  const reading = readPaths().map(path => rightOf({ method: 'GET', path }))
  const plan = { method: method ?? 'object', changes: changesOf(method), notes: [] } as const
  const changing = rightsOfPlan(plan, { dns: anyDns, isLone: true })
  // Without --upstream nodes are looked at whatever the method, and upstreams are asked from beside the DNS Pods.
  const looking = [...rightsOnNodes(any), ...rightsOfProof(any)]
  const rights = [...reading, ...changing, ...looking].map(right => needOf(right, any))
  return [...rights, ...(isMeant('object', method) ? granting : [])]
}

const anyDns: Needs['dns'] = { namespace: any, workload: anyDeployment }

const isMeant = (own: Method, method: AskedMethod): boolean => method === undefined || own === method

const changesOf = (method: AskedMethod): readonly Change[] =>
  touched.filter(one => isMeant(one.method, method)).flatMap(one => (one.isMade ? [over(one), anew(one)] : [over(one)]))

const blank: KubeObject = { apiVersion: '', kind: '', metadata: { name: any } }
const about = { kind: 'object', codes: [], why: '', reach: '', risk: 'safe', survives: [] } as const

const over = ({ path, isCounted }: Touched): Change => ({
  ...about,
  path,
  before: blank,
  after: blank,
  awaits: isCounted ? 'dns-pods-ready' : 'nothing',
})

const anew = ({ path }: Touched): Change => ({ ...about, path, before: null, after: blank, awaits: 'nothing' })

/** RBAC lets nobody give what he has not got (kubernetes.io, RBAC: "Restrictions on role creation or update"). */
const granting: readonly Need[] = Object.values(needed)
  .flat()
  .flatMap(({ apiGroups = [], resources = [], verbs }) =>
    apiGroups.flatMap(group =>
      resources.flatMap(resource => verbs.map(verb => ({ verb, group, resource, where: 'cluster' }) as const)),
    ),
  )
