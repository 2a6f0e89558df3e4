import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ExpectedError } from '../../src/errors.ts'
import type { Surroundings } from '../../src/kube/find.ts'

export const pkiFile = (name: string) => join(import.meta.dirname, 'pki', name)
export const pki = (name: string) => readFileSync(pkiFile(name), 'utf8')
export const data = (name: string) => Buffer.from(pki(name)).toString('base64')

/** A folder that is gone after the test. */
export function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'dnsfix-'))
  const clean = () => rmSync(folder, { recursive: true, force: true })
  let result: T | undefined
  try {
    result = use(folder)
    return result
  } finally {
    if (result instanceof Promise) result.finally(clean).catch(() => undefined)
    else clean()
  }
}

export function surroundings(folder: string, env: Record<string, string> = {}): Surroundings {
  return { env, home: folder, serviceAccount: join(folder, 'serviceaccount'), now: () => Date.UTC(2026, 10, 22) }
}

/** The error that an action throws or rejects with; fails when there is none. */
export async function failure(action: () => unknown): Promise<Error> {
  try {
    await action()
  } catch (error) {
    return error as Error
  }
  throw new Error('expected a failure')
}

export async function expected(action: () => unknown): Promise<ExpectedError> {
  const error = await failure(action)
  if (error instanceof ExpectedError) return error
  throw error
}

/** A kubeconfig with one of each; `cluster` and `user` are lines of YAML. */
export function kubeconfig(
  server: string,
  cluster: readonly string[] = [],
  user: readonly string[] = ['token: s3cret-token'],
): string {
  const lines = (text: readonly string[]) => text.map(line => `    ${line}\n`).join('')
  return `apiVersion: v1
kind: Config
current-context: main
contexts:
- name: main
  context: {cluster: c1, user: u1, namespace: apps}
clusters:
- name: c1
  cluster:
    server: ${server}
${lines(cluster)}users:
- name: u1
  user:
${lines(user.length > 0 ? user : ['{}'])}`
}
