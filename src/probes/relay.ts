import type { Observation } from '../snapshot/observations.ts'
import { readLog } from './logs.ts'
import type { Ask, Prober, Session } from './prober.ts'
import { type Asked, putQuestions } from './relay-ask.ts'
import { relayCorefile } from './relay-corefile.ts'
import { relayResults } from './relay-log.ts'

/**
 * CoreDNS as a relay: it listens on a port of its loopback for every target and protocol, and passes on what comes in by
 * port-forward as a Pod there would ask it. `command` is that of the cluster's own DNS container where it has one.
 */
export function relayProber(image: string, command?: readonly string[]): Prober {
  return {
    kind: 'relay',
    image,
    // It is the first thing that is printed once all ports are listened on (coremain/run.go: showVersion).
    saysUp: { container: 'relay', line: /^CoreDNS-\d/m },
    parts: (asks, firstPort) => ({
      containers: [
        {
          name: 'relay',
          image,
          ...(command ? { command } : {}),
          args: ['-conf', '/probe/Corefile'],
          volumeMounts: [{ name: 'probe', mountPath: '/probe', readOnly: true }],
        },
      ],
      volumes: [{ name: 'probe', downwardAPI: { items: [{ path: 'Corefile', fieldRef: { fieldPath: field } }] } }],
      annotations: { [annotation]: relayCorefile(asks, firstPort) },
    }),
    ask,
  }
}

// Restricted Pods may mount nothing that needs another object but this; a ConfigMap would be one more thing to clean up.
const annotation = 'kubectl-dnsfix/corefile'
const field = `metadata.annotations['${annotation}']`

async function ask(session: Session, asks: readonly Ask[]): Promise<readonly Observation[]> {
  const asked = await putQuestions(session, asks)
  const { times, errors } = relayResults(await readLog(session, 'relay', wholeFor(asked)))
  const observed = asked.map(a => observation(session, a, times.get(a.id), errors(a.ask, a.question)))
  return withoutAfterSilence(observed)
}

/** That a first question was refused is known from the log only, when the others of its column have been asked already. */
function withoutAfterSilence(observed: readonly Observation[]): readonly Observation[] {
  const columns = Map.groupBy(
    observed,
    o => `${o.to.address} ${o.to.port} ${o.protocol} ${o.question.about === 'search'}`,
  )
  return [...columns.values()].flatMap(column => {
    const [first] = column
    return first && 'silence' in first.result ? [first] : column
  })
}

/**
 * Whether a log tells of all answers. A SERVFAIL is made up by forward when a line of the errors plugin says why, and that line
 * comes after the one about the answer: without it the log is read a second time before the SERVFAIL is the target's own.
 */
function wholeFor(asked: readonly Asked[]): (log: string) => boolean {
  let isSecond = false
  return log => {
    const { times, errors } = relayResults(log)
    const told = asked.filter(a => 'rcode' in a.answer)
    if (!log.endsWith('\n') || !told.every(a => times.has(a.id))) return false
    const isOpen = told.some(a => isServfail(a) && errors(a.ask, a.question) === undefined)
    const isWhole = !isOpen || isSecond
    isSecond = true
    return isWhole
  }
}

const isServfail = ({ answer }: Asked): boolean => 'rcode' in answer && answer.rcode === 'SERVFAIL'

/** What the relay's log says of a question is nearer to the truth than what came through the API server. */
function observation(
  { node, from }: Session,
  { ask: { to, protocol }, question, answer }: Asked,
  ms: number | undefined,
  error: ReturnType<ReturnType<typeof relayResults>['errors']>,
): Observation {
  const seen = { node, from, to, protocol, question }
  if ('silence' in answer) return { ...seen, result: { silence: answer.silence, ms: answer.ms } }
  const took = ms ?? answer.ms
  if (answer.rcode === 'SERVFAIL' && error) return { ...seen, result: { silence: error, ms: took } }
  return { ...seen, result: { rcode: answer.rcode, answers: answer.answers, ms: took } }
}
