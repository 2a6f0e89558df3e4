import { helpFor } from './help.ts'
import type { Io } from './io.ts'
import { version } from './version.ts'

/** Only this file touches `process`. What is asked for most and needs nothing is answered before anything is loaded. */
async function main(argv: readonly string[]): Promise<number> {
  const known = argv.join(' ') === '--version' ? `${version}\n` : helpFor(argv)
  if (known !== undefined) {
    process.stdout.write(known)
    return 0
  }
  if (argv[0] === '__complete' || argv[0] === '__completeNoDesc') return completed(argv)
  return ran(argv)
}

/** A shell waits for this: what is still under way then, as a credential plugin, is not. */
async function completed(argv: readonly string[]): Promise<number> {
  const { completion } = await import('./complete.ts')
  process.stdout.write(await completion(argv), () => process.exit(0))
  return 0
}

async function ran(argv: readonly string[]): Promise<number> {
  const io = ioUntil(interrupted())
  const { run } = await import('./run.ts')
  return run(argv, io)
}

/** Aborts when somebody wants it to end. What is under way ends by itself once it has deleted what it made. */
function interrupted(): AbortSignal {
  const controller = new AbortController()
  const end = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) return endAtOnce(name)
    controller.abort()
    // This is for what does not end by itself.
    setTimeout(() => exitUnlessHeld(130), 15_000).unref()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
  return controller.signal
}

let warned = false

/** Whoever asks twice does not want to wait for the clean-up; a terminal that closes sends several signals at once. */
function endAtOnce(name: NodeJS.Signals): void {
  if (name !== 'SIGINT') return
  if (held === 0 || warned) process.exit(130)
  warned = true
  process.stderr.write('Changing the cluster: once more, and what was begun is left to kubectl dnsfix undo.\n')
}

const ioUntil = (signal: AbortSignal): Io => ({
  stdout: process.stdout,
  stderr: process.stderr,
  // Node opens it when it is first looked at, which few runs have to.
  get stdin() {
    return process.stdin
  },
  env: process.env,
  signal,
  hold,
  now: () => new Date(),
  peakMemory,
})

/** getrusage counts in kilobytes. */
const peakMemory = (): number => process.resourceUsage().maxRSS * 1024

let held = 0

async function hold<T>(work: () => Promise<T>): Promise<T> {
  held++
  try {
    return await work()
  } finally {
    held--
  }
}

/** A change of the cluster is brought to its end, whoever listens. */
function exitUnlessHeld(code: number): void {
  if (held === 0) process.exit(code)
  else setTimeout(() => exitUnlessHeld(code), 1000).unref()
}

// A reader that has enough (`| head`) is no failure.
process.stderr.on('error', () => undefined)
process.stdout.on('error', (error: NodeJS.ErrnoException) => exitUnlessHeld(error.code === 'EPIPE' ? 0 : 2))

main(process.argv.slice(2)).then(code => {
  process.exitCode = code
})
