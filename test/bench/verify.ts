import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { kubectlPath } from '../cluster/cluster.ts'
import { root } from '../runner.ts'
import { againstKubectl, env, median, milliseconds } from './measure.ts'
import type { Result } from './result.ts'

/** All of `verify` against one Pod that kubectl starts and that asks one question. */
const verifyAgainstRun = (binary: string): Result =>
  againstKubectl({
    name: '`verify`',
    ours: [binary, 'verify'],
    theirs: [
      kubectlPath(),
      'run',
      'dnsfix-bench',
      ...'--image=example.test/tools:1 --restart=Never --rm -i --quiet'.split(' '),
      '--command',
      '--',
      'dig',
      '+short',
      'kubernetes.default.svc.cluster.local',
    ],
    theirName: '`kubectl run` of one Pod that asks once',
    bar: 2,
    rounds: 7,
  })

/** With five targets over two protocols a name is ten queries; the other names of the run are not asked of upstreams. */
const names = Array.from({ length: 20 }, (_, i) => ['--name', `n${i}.example.com`]).flat()

/** What 200 more queries on every node cost. */
function verifyQueries(binary: string): Result {
  const rounds = Array.from({ length: 5 }, () => ({
    few: milliseconds([binary, 'verify', '--name', 'example.com']),
    many: milliseconds([binary, 'verify', '--name', 'example.com', ...names]),
  }))
  const more = (median(rounds.map(r => r.many)) - median(rounds.map(r => r.few))) / 1000
  const asked =
    queriesPerNode([binary, 'verify', '--name', 'example.com', ...names]) - queriesPerNode([binary, 'verify'])
  return {
    what: `${asked} more queries on every node in \`verify\``,
    measured: `${more.toFixed(2)} s more`,
    bar: '< 2 s',
    met: more < 2 && asked >= 200,
  }
}

function queriesPerNode([program = '', ...args]: readonly string[]): number {
  const { stdout } = spawnSync(program, [...args, '-o', 'json'], { env, encoding: 'utf8', maxBuffer: 1e9 })
  const { probes } = JSON.parse(stdout) as { probes: readonly { node: string }[] }
  return Math.max(...[...Map.groupBy(probes, p => p.node).values()].map(group => group.length))
}

/** Memory for what 500 nodes saw: what was recorded on two, under 500 names. */
function verifyMemory(binary: string): Result {
  const folder = mkdtempSync(join(tmpdir(), 'dnsfix-bench-'))
  try {
    const path = join(folder, 'dns.json')
    const recorded = join(root, 'test', 'evidence', 'verified', 'coredns-healthy.json')
    const many = withNodes(JSON.parse(readFileSync(recorded, 'utf8')), 500)
    writeFileSync(path, JSON.stringify(many))
    const args = ['verify', '-v', '--from', path, '-o', 'json']
    const { stderr, status } = spawnSync(binary, args, { env, encoding: 'utf8', maxBuffer: 1e9 })
    const megabytes = Number(/(\d+) MB/.exec(stderr)?.[1])
    const { length } = many.evidence.observations
    return {
      what: `memory of \`verify\`, for ${length} results of 500 nodes`,
      measured: `${megabytes} MB`,
      bar: '≤ 200 MB',
      met: status === 0 && megabytes <= 200,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The evidence with every node's observations under as many names as are wanted. */
function withNodes(seen: Snapshot, count: number): Snapshot {
  const { evidence, plan } = seen
  if (!plan) throw new Error('the file has no plan')
  const [node = ''] = plan.nodes
  const names = Array.from({ length: count }, (_, i) => `node-${i}`)
  const of = <T extends { node: string }>(items: readonly T[]) => items.filter(item => item.node === node)
  const spread = <T extends { node: string }>(items: readonly T[]) =>
    names.flatMap(name => of(items).map(item => ({ ...item, node: name })))
  const own = evidence.nodes.find(n => n.metadata.name === node)
  const nodes = names.map(name => ({ ...own, metadata: { ...own?.metadata, name } }))
  const { kubelets, probes, observations } = evidence
  return {
    ...seen,
    nodes: { total: count, asked: count },
    plan: { ...plan, nodes: names, eligible: count },
    evidence: {
      ...evidence,
      nodes,
      kubelets: spread(kubelets),
      probes: spread(probes),
      observations: spread(observations),
    },
  }
}

/** `verify` of a healthy cluster. */
export const verifies = (binary: string): readonly Result[] => [
  verifyAgainstRun(binary),
  verifyQueries(binary),
  verifyMemory(binary),
]
