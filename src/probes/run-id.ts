import { randomBytes, randomInt } from 'node:crypto'

/** A name for a run: a label of its Pods, and part of their names. */
export const newRunId = (): string => randomBytes(4).toString('hex')

/**
 * Where what listens in a probe Pod begins to. In a node's own network two runs must not meet: below what clients are given (32768) and
 * NodePorts (30000).
 */
export const freePort = (): number => randomInt(20_000, 29_000)
