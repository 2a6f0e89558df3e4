import type { Io } from '../io.ts'
import type { RbacOptions } from '../options.ts'
import { grants, grantsYaml } from '../rbac.ts'

/** `kubectl dnsfix rbac COMMAND`: the manifest with the rights that a command needs, for `kubectl apply -f -`. Needs no cluster. */
export function rbac({ output, ...wanted }: RbacOptions, io: Io): number {
  const items = grants(wanted)
  const list = { apiVersion: 'v1', kind: 'List', items }
  io.stdout.write(output === 'json' ? `${JSON.stringify(list, null, 2)}\n` : grantsYaml(items))
  return 0
}
