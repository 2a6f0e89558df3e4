import type { Argv } from 'yargs'
import { ExpectedError } from '../errors.ts'
import { nearest } from '../kube/choose.ts'
import { type Guarded, guarded, type RbacOptions, type Subject } from '../options.ts'
import { rbacFlags } from '../rbac/flags.ts'
import { usage } from '../usage.ts'
import { last } from './kube.ts'

/** The flags of `rbac`. */
export const withRbacFlags = (y: Argv) =>
  y
    .positional('COMMAND', { type: 'string', describe: 'check, verify or fix; undo needs what fix needs' })
    .options(rbacFlags)

type Parsed = Awaited<ReturnType<ReturnType<typeof withRbacFlags>['parse']>>

/** Throws an ExpectedError for a command that needs no rights, and for a value that is none. */
export function rbacOptions(args: Parsed): RbacOptions {
  const command = commandFrom(args.COMMAND)
  const method = last(args.method)
  if (method !== undefined && command !== 'fix') throw usage(`--method is for rbac fix: ${command} repairs nothing.`)
  return {
    command,
    method,
    namespace: namespaceFrom(last(args.namespace)),
    subjects: [
      ...named('User', args.user),
      ...named('Group', args.group),
      ...(args.serviceaccount ?? []).map(accountFrom),
    ],
    output: last(args.output),
  }
}

function commandFrom(text: string | undefined): Guarded {
  const found = guarded.find(command => command === text)
  if (found) return found
  if (text === undefined) throw usage('rbac needs the name of a command: check, verify or fix.')
  const close = text === 'undo' ? 'fix' : (nearest(text, guarded) ?? 'check')
  throw new ExpectedError(`There is no kubectl dnsfix rbac ${text}.`, {
    code: 'usage',
    hint: `Did you mean kubectl dnsfix rbac ${close}? There are ${guarded.join(', ')}; undo needs what fix needs.`,
  })
}

function named(kind: 'User' | 'Group', names: readonly string[] = []): readonly Subject[] {
  if (names.includes('')) throw usage(`--${kind.toLowerCase()} needs a name.`)
  return names.map(name => ({ kind, name }))
}

/** RFC 1123, as Kubernetes names namespaces. */
const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/
const subdomain = /^[a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?$/

function namespaceFrom(text: string | undefined): string | undefined {
  if (text === undefined || label.test(text)) return text
  throw new ExpectedError(`--namespace ${JSON.stringify(text)} is no name of a namespace.`, {
    code: 'namespace-invalid',
    hint: 'Write it like -n kube-system',
  })
}

function accountFrom(text: string): Subject {
  const [namespace = '', name = '', ...rest] = text.split(':')
  if (label.test(namespace) && subdomain.test(name) && rest.length === 0)
    return { kind: 'ServiceAccount', name, namespace }
  throw new ExpectedError(`--serviceaccount ${JSON.stringify(text)} is no ServiceAccount.`, {
    code: 'serviceaccount-invalid',
    hint: 'Write its namespace and its name, as in --serviceaccount ci:dns',
  })
}
