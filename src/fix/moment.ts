/** A point in time by two clocks of this machine. */
export interface Moment {
  /** jumps when somebody sets it */
  readonly wall: number
  /** stands still while the machine sleeps (POSIX: CLOCK_MONOTONIC on Linux, mach_absolute_time on macOS) */
  readonly steady: number
}

export const moment = (): Moment => ({ wall: Date.now(), steady: performance.now() })

/** The milliseconds since then, by the clock that has gone further: for what must not be taken for younger than it is. */
export const msSince = ({ wall, steady }: Moment): number => Math.max(Date.now() - wall, performance.now() - steady)
