import { ExpectedError } from '../errors.ts'
import type { Observation, ProbeResult } from '../snapshot/observations.ts'
import { parseDig } from './dig.ts'
import { execScript, longestMs } from './exec-script.ts'
import { parseNslookup } from './nslookup.ts'
import type { Ask, Prober, Session } from './prober.ts'
import { readTranscript, type Spoken, type Transcript } from './transcript.ts'

/**
 * Asks with dig or nslookup in an image of the user's, by one exec for each Pod. BusyBox's nslookup does not know TCP: with it
 * there are no observations over TCP. `ask` rejects with an ExpectedError when the image has neither, `parts` throws one when there
 * are more names than a Pod can be told.
 */
export function execProber(image: string): Prober {
  return {
    kind: 'exec',
    image,
    parts: asks => ({
      containers: [
        {
          name: 'tools',
          image,
          command: ['sh', '-c', 'sleep 3600'],
          volumeMounts: [{ name: 'probe', mountPath: '/probe', readOnly: true }],
        },
      ],
      volumes: [{ name: 'probe', downwardAPI: { items: [{ path: 'ask.sh', fieldRef: { fieldPath: field } }] } }],
      annotations: { [annotation]: fitting(execScript(asks)) },
    }),
    ask: (session, asks) => ask(session, image, asks),
  }
}

// Not in the command of the exec: that travels in a URL, and proxies cut long ones.
const annotation = 'kubectl-dnsfix/script'
const field = `metadata.annotations['${annotation}']`

/** All annotations of an object together may have 256 KiB (k8s.io/apimachinery, validation: TotalAnnotationSizeLimitB). */
const mostKib = 200

function fitting(script: string): string {
  const kib = Math.ceil(Buffer.byteLength(script) / 1024)
  if (kib <= mostKib) return script
  throw new ExpectedError(`There are too many names: the script that asks for them takes ${kib} KiB, ${mostKib} fit.`, {
    code: 'too-many-names',
    hint: 'Give fewer --name, or leave out --image: without it names need no script',
  })
}

const command = ['sh', '/probe/ask.sh']

async function ask(session: Session, image: string, asks: readonly Ask[]): Promise<readonly Observation[]> {
  const { client, namespace, pod, node, from, signal } = session
  const { stdout } = await client.exec(namespace, pod, 'tools', command, { signal, timeoutMs: longestMs(asks) })
  const transcript = readTranscript(stdout)
  const observed = asks.flatMap(({ to, protocol, questions }, i) =>
    questions.flatMap((question, j): readonly Observation[] => {
      const spoken = transcript.spoken.get(`${i}.${j}`)
      const result = spoken && resultOf(transcript, spoken, question.type)
      return result ? [{ node, from, to, protocol, question, result }] : []
    }),
  )
  if (observed.length === 0 && asks.length > 0) throw unfit(image, transcript)
  return observed
}

function resultOf({ tool }: Transcript, { text, ms }: Spoken, type: string): ProbeResult | undefined {
  const said = tool === 'dig' ? parseDig(text, type) : parseNslookup(text, type)
  return said && { ms, ...said }
}

function unfit(image: string, { tool, version, spoken }: Transcript): ExpectedError {
  if (tool === 'none') return lacks(image, 'neither dig nor nslookup')
  if (tool === 'busybox' && spoken.size === 0)
    return lacks(image, `no dig, and an nslookup that is too old (${version})`)
  const [first] = spoken.values()
  return lacks(image, `a ${tool} that cannot be read: ${JSON.stringify(first?.text.slice(0, 200) ?? '')}`)
}

const lacks = (image: string, what: string): ExpectedError =>
  new ExpectedError(`The image ${image} has ${what}.`, {
    code: 'image-unfit',
    hint: 'Give --image an image with a shell and dig or nslookup (BusyBox 1.29 or later), or leave it out',
  })
