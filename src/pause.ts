/**
 * How long to wait, in milliseconds, before the next look at what has been waited for so long: an eighth of that, within bounds, so that
 * what comes soon is seen soon and what takes its time costs few requests.
 */
export const pauseAfter = (waitedMs: number, mostMs = 1000): number => Math.min(mostMs, Math.max(100, waitedMs / 8))
