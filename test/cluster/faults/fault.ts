/** Something in the running cluster that can be broken for real, and put right again. */
export interface Fault {
  /** Breaks it; returns when it shows. */
  make(): Promise<void>
  /** Puts it right, also what was broken only in part or not at all; returns when it shows. */
  undo(): Promise<void>
}

/** What faults make carries this, so that any later run finds it: firewall rules as a comment, objects as a label. */
export const mark = 'dnsfix-fault'

/** Breaks something for the time of a piece of work, and puts it right whatever came of it. */
export async function during<T>({ make, undo }: Fault, work: () => Promise<T>): Promise<T> {
  try {
    await make()
    return await work()
  } finally {
    await undo()
  }
}
