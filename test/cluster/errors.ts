/** Something the person who runs the cluster can act on: one sentence, and what to do about it. */
export class ClusterError extends Error {
  readonly hint: string

  constructor(message: string, hint = '') {
    super(message)
    this.hint = hint
  }
}
