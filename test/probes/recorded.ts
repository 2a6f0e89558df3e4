import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '../../src/kube/client.ts'
import type { Ask, Session } from '../../src/probes/prober.ts'
import type { Observation, ProbeQuestion, Protocol } from '../../src/snapshot/observations.ts'

/** What the exec prober's script printed in a Pod or on a machine, as it came. */
export const recorded = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8')

export const question = (name: string, type: ProbeQuestion['type'] = 'A'): ProbeQuestion => ({
  name,
  type,
  about: 'cluster',
  expected: [],
})

export const ask = (
  protocol: Protocol,
  address: string,
  questions: readonly ProbeQuestion[] = [question('example.com')],
  port = 53,
): Ask => ({ to: { kind: 'upstream', name: address, address, port }, protocol, questions })

/** A session with a Pod of which only what a prober uses is there. */
export const sessionOver = (client: Partial<Client>): Session => ({
  client: client as Client,
  namespace: 'default',
  pod: 'probe-1',
  uid: 'u1',
  node: 'w1',
  from: 'pod',
  firstPort: 20053,
  signal: new AbortController().signal,
})

/** One line for each cell, without the time. */
export const cells = (observations: readonly Observation[]): readonly string[] =>
  observations.map(({ protocol, to, question: { name, type }, result }) => {
    const outcome = 'silence' in result ? result.silence : [result.rcode, ...result.answers].join(' ')
    return `${protocol} ${to.address} ${name} ${type}: ${outcome}`
  })
