import { writeFileSync } from 'node:fs'
import { homedir, hostname, userInfo } from 'node:os'
import { delimiter, dirname, join, relative } from 'node:path'
import { buildBinary } from '../krew/build.ts'
import { kubeconfigPath, kubectlPath, progressOn, setVariant, up } from './cluster/cluster.ts'
import { forget } from './e2e/fix.ts'
import { filmOf, type Recorded } from './recording/film.ts'
import { svgOf } from './recording/svg.ts'
import { type Played, play } from './recording/terminal.ts'
import { root } from './runner.ts'

/**
 * Records docs/first-minute.svg anew, from a run on the test cluster: `npm run recording`. With `--from EVIDENCE FILE.svg` it
 * records `check` on evidence instead, to see how the picture looks.
 */
const size = { columns: 100, rows: 40 }
const [flag, evidence = '', output = ''] = process.argv.slice(2)
const progress = progressOn(process.stderr)
const binary = await progress('Building dist/kubectl-dnsfix', buildBinary)
if (flag === '--from') await onEvidence()
else await onCluster()

async function onCluster(): Promise<void> {
  await up(progress)
  await forget()
  await progress('Giving it the fault', () => setVariant('coredns-loop'))
  const path = [dirname(binary), dirname(kubectlPath()), process.env.PATH].join(delimiter)
  const lines: readonly Played[] = [
    { line: 'kubectl dnsfix check', code: 1 },
    { line: 'kubectl dnsfix fix', code: 0, answer: 'y' },
    { line: 'kubectl dnsfix verify', code: 0 },
    { line: 'kubectl dnsfix undo --yes', code: 0 },
  ]
  const recorded: Recorded[] = []
  const env = { KUBECONFIG: kubeconfigPath(), PATH: path }
  for (const each of lines) recorded.push(await progress(each.line, () => play(each, { ...size, env })))
  write(join(root, 'docs', 'first-minute.svg'), recorded)
}

async function onEvidence(): Promise<void> {
  const line = `kubectl-dnsfix check --from ${relative(root, evidence)}`
  const env = { PATH: [dirname(binary), process.env.PATH].join(delimiter) }
  write(output, [await play({ line, code: 1 }, { ...size, env })])
}

function write(file: string, recorded: readonly Recorded[]): void {
  const lines = recorded.map(r => r.line)
  const svg = svgOf(filmOf(recorded, size), {
    ...size,
    title: `A terminal: ${lines.join(', ')}`,
    description: `A recording of a real run, with waits made shorter. ${lines.join('; ')}. README.md tells what they print.`,
  })
  const own = [hostname(), homedir(), root, userInfo().username].filter(name => name !== 'root')
  const told = own.find(name => svg.includes(name))
  if (told !== undefined) throw new Error(`The recording names ${told}, which is of this machine; it was not written.`)
  writeFileSync(file, svg)
  console.error(relative(process.cwd(), file))
}
