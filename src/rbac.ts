import { Document, isScalar, visit } from 'yaml'
import type { Guarded, RbacOptions, Subject } from './options.ts'
import { needsOfFix } from './rbac/fix.ts'
import { type Need, needsOfLook, type Where } from './rbac/need.ts'
import { notIn, type RoleRule, roleRules } from './rbac/role-rules.ts'
import { rules } from './rules/index.ts'
import { pathRules } from './rules/path/index.ts'
import type { Rule } from './rules/rule.ts'

/** What the rights are for, and who gets them. */
export type Wanted = Pick<RbacOptions, 'command'> & Partial<Omit<RbacOptions, 'output'>>

const api = 'rbac.authorization.k8s.io'

/** An object of the manifest. */
export interface Grant {
  readonly apiVersion: string
  readonly kind: 'ClusterRole' | 'Role' | 'ClusterRoleBinding' | 'RoleBinding'
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly rules?: readonly RoleRule[]
  readonly roleRef?: { readonly apiGroup: string; readonly kind: string; readonly name: string }
  readonly subjects?: readonly object[]
}

/**
 * The roles with the least rights that a command works with, and their bindings where it is said who gets them. With a namespace
 * whatever is needed only there is in a Role of that namespace.
 */
export function grants(wanted: Wanted, all: readonly Rule[] = rulesOf(wanted.command)): readonly Grant[] {
  const { command, method, namespace, subjects = [] } = wanted
  const needs = [...needsOfLook(all), ...(command === 'fix' ? needsOfFix(method) : [])]
  const name = ['kubectl-dnsfix', command, method, namespace && `in-${namespace}`].filter(Boolean).join('-')
  const bySpace = Map.groupBy(needs, need => spaceOf(need.where, wanted))
  const everywhere = bySpace.get(undefined) ?? []
  const spaces = [undefined, ...[...bySpace.keys()].filter(space => space !== undefined).sort()]
  const roles = spaces.flatMap(space => {
    const own = space === undefined ? everywhere : notIn(bySpace.get(space) ?? [], everywhere)
    return own.length > 0 ? [roleOf(name, space, own)] : []
  })
  return [...roles, ...(subjects.length > 0 ? roles.map(role => bindingOf(role, subjects)) : [])]
}

const rulesOf = (command: Guarded): readonly Rule[] => (command === 'check' ? rules : [...rules, ...pathRules])

/** The namespace that a right is limited to; undefined: none. Where DNS runs, `verify` is not told. */
function spaceOf(where: Where, { command, namespace }: Wanted): string | undefined {
  if (namespace === undefined || where === 'cluster') return undefined
  if (where === 'probes') return namespace
  if (command === 'verify') return undefined
  return where === 'dns' ? namespace : where
}

const inSpace = (name: string, namespace: string | undefined): Grant['metadata'] =>
  namespace === undefined ? { name } : { name, namespace }

const roleOf = (name: string, namespace: string | undefined, needs: readonly Need[]): Grant => ({
  apiVersion: `${api}/v1`,
  kind: namespace === undefined ? 'ClusterRole' : 'Role',
  metadata: inSpace(name, namespace),
  rules: roleRules(needs),
})

const bindingOf = ({ kind, metadata }: Grant, subjects: readonly Subject[]): Grant => ({
  apiVersion: `${api}/v1`,
  kind: kind === 'Role' ? 'RoleBinding' : 'ClusterRoleBinding',
  metadata,
  roleRef: { apiGroup: api, kind, name: metadata.name },
  subjects: subjects.map(subject => (subject.kind === 'ServiceAccount' ? subject : { apiGroup: api, ...subject })),
})

/** The manifest as YAML, a document for each object. */
export const grantsYaml = (objects: readonly Grant[]): string => objects.map(yamlOf).join('---\n')

/** Lists of words are in one line, as in the manifests of Kubernetes itself. */
function yamlOf(object: Grant): string {
  const document = new Document(object, { aliasDuplicateObjects: false })
  visit(document, {
    Seq: (_, list) => {
      if (list.items.every(isScalar)) list.flow = true
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}
