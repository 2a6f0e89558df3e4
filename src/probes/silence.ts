import type { Silence } from '../snapshot/observations.ts'

/**
 * Why there was no answer: the words of Go (packages net and syscall), of dig and nslookup (BIND's isc_result_totext) and of
 * busybox (strerror). The first that fits counts: busybox says "refused" and then that it timed out.
 */
const reasons: readonly (readonly [RegExp, Silence])[] = [
  [/connection refused/i, 'refused'],
  [
    /(host|network) (is )?(unreachable|down)|no route to host|operation not permitted|permission denied/i,
    'unreachable',
  ],
  [/\btimed out|i\/o timeout|deadline exceeded/i, 'timeout'],
  [/end of file|: EOF$|connection reset/i, 'closed'],
]

/** Reads the reason out of a program's words; undefined when they tell none. */
export const silenceIn = (words: string): Silence | undefined => reasons.find(([pattern]) => pattern.test(words))?.[1]
