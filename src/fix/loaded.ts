import { ExpectedError } from '../errors.ts'

/** What a DNS Pod's own words say of the configuration that it runs; `line` is the word itself. */
export type Says =
  | { readonly state: 'loaded'; readonly line: string }
  | { readonly state: 'rejected'; readonly line: string }
  | { readonly state: 'waiting' }
  /** it does not look for a new configuration, and gets it by a restart only */
  | { readonly state: 'deaf' }

/** A DNS Pod and the evidence that it runs the new configuration. */
export interface LoadedPod {
  readonly pod: string
  readonly line: string
}

/** What was seen of all DNS Pods. */
export interface Loaded {
  readonly pods: readonly LoadedPod[]
}

/** The DNS server refused what was written: it goes on with the old configuration, and would not start with the new one. */
export class RejectedConfiguration extends ExpectedError {
  readonly pod: string
  readonly line: string

  constructor(pod: string, line: string) {
    super(`DNS Pod ${pod} refuses the new configuration: ${line}`, {
      code: 'configuration-rejected',
      hint: 'The old configuration still answers. A restart with the new one would not: it must not stay.',
      exitCode: 1,
    })
    this.pod = pod
    this.line = line
  }
}

/** On the way back: what was before has been loaded, and no DNS Pod comes up with it. Waiting longer changes nothing. */
export class BrokenBefore extends ExpectedError {
  constructor(pod: string, line: string) {
    super(`it was broken then, too (DNS Pod ${pod}: ${line})`, {
      code: 'broken-before',
      hint: 'kubectl dnsfix check',
      exitCode: 1,
    })
  }
}

/** The DNS Pods did not come to use the change within the time that they may take. */
export class NotSettled extends ExpectedError {
  constructor(missing: string, seconds: number) {
    super(`After ${seconds} s the change is not in use: ${missing}`, {
      code: 'not-settled',
      hint: 'kubectl dnsfix check',
      exitCode: 1,
    })
  }
}
