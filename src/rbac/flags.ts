import { type ManifestOutput, manifestOutputs, methods } from '../options.ts'

const several = { type: 'string', array: true, nargs: 1 } as const

/** The flags of `rbac`; those that name somebody are called as in kubectl create rolebinding. */
export const rbacFlags = {
  output: {
    alias: 'o',
    nargs: 1,
    choices: manifestOutputs,
    default: 'yaml' as ManifestOutput,
    describe: 'Form of the output',
  },
  method: { nargs: 1, choices: methods, describe: 'Of fix: what this way to repair takes, and no other' },
  namespace: {
    alias: 'n',
    type: 'string',
    nargs: 1,
    describe: 'Where probe Pods run, and for check and fix DNS: Roles of this namespace instead of ClusterRoles',
  },
  user: { ...several, describe: 'Also bind it to this user; may be repeated' },
  group: { ...several, describe: 'Also bind it to this group; may be repeated' },
  serviceaccount: { ...several, describe: 'Also bind it to NAMESPACE:NAME; may be repeated' },
} as const
