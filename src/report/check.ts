import { type Analysis, causedBy } from '../analyze.ts'
import { type Code, categoryOf, type Severity } from '../catalog.ts'
import { distributionOf } from '../distributions.ts'
import {
  type EvidenceLine,
  type Finding,
  messageOf,
  nameOf,
  type ObjectRef,
  type Reach,
  remedyOf,
  severityOf,
} from '../finding.ts'
import { addressesOf, clusterEngine, dnsService, isReady } from '../snapshot/dns.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { upstreams } from '../snapshot/upstreams.ts'
import { coreDnsVersion } from '../snapshot/version.ts'

/** A finding as reports show it: the words are filled in, and it says what it follows from. */
export interface ReportedFinding {
  readonly code: Code
  readonly name: string
  readonly severity: Severity
  readonly category: string
  readonly reach: Reach
  readonly object: ObjectRef
  readonly message: string
  readonly args: Finding['args']
  readonly evidence: readonly EvidenceLine[]
  readonly causedBy: readonly Code[]
  readonly remedy: string
  readonly docs: string
  readonly fixable: boolean
}

/** The report of `check`: a contract (docs/schema/check-report.json), to which fields are only ever added. */
export interface CheckReport {
  readonly schemaVersion: '1'
  readonly kind: 'CheckReport'
  readonly tool: { readonly version: string }
  readonly takenAt: string
  readonly cluster: {
    readonly server: string
    readonly version: string | null
    readonly distribution: string
    readonly nodes: number
    readonly kubeletsAsked: number
  }
  readonly dns: {
    readonly engine: string
    readonly version: string | null
    readonly service: { readonly namespace: string; readonly name: string; readonly clusterIP: string } | null
    readonly pods: readonly {
      readonly name: string
      readonly node: string | null
      readonly ip: string | null
      readonly ready: boolean
      readonly restarts: number
      readonly upstreams: readonly string[]
    }[]
  }
  readonly verdict: Analysis['verdict']
  readonly cause: ReportedFinding | null
  readonly findings: readonly ReportedFinding[]
  readonly skipped: readonly { readonly rule: string; readonly codes: readonly Code[]; readonly reason: string }[]
  readonly passed: readonly { readonly rule: string; readonly title: string }[]
}

/** Puts together what was seen and what was judged. */
export function checkReport(snapshot: Snapshot, analysis: Analysis, toolVersion: string): CheckReport {
  const { evidence } = snapshot
  const report = (f: Finding): ReportedFinding => reported(f, analysis.findings)
  return {
    schemaVersion: '1',
    kind: 'CheckReport',
    tool: { version: toolVersion },
    takenAt: snapshot.takenAt,
    cluster: {
      server: snapshot.server,
      version: evidence.version[0]?.gitVersion ?? null,
      distribution: distributionOf(evidence),
      nodes: snapshot.nodes.total,
      kubeletsAsked: snapshot.nodes.asked,
    },
    dns: dnsPart(snapshot),
    verdict: analysis.verdict,
    cause: analysis.cause && report(analysis.cause),
    findings: analysis.findings.map(report),
    skipped: analysis.skipped.map(s => ({ rule: s.rule.name, codes: s.rule.codes, reason: s.reason })),
    passed: analysis.passed.map(rule => ({ rule: rule.name, title: rule.title })),
  }
}

function reported(f: Finding, all: readonly Finding[]): ReportedFinding {
  return {
    code: f.code,
    name: nameOf(f),
    severity: severityOf(f),
    category: categoryOf(f.code),
    reach: f.reach,
    object: f.object,
    message: messageOf(f),
    args: f.args,
    evidence: f.evidence,
    causedBy: causedBy(f, all),
    remedy: remedyOf(f),
    docs: `kubectl dnsfix explain ${f.code}`,
    fixable: false,
  }
}

function dnsPart({ evidence }: Snapshot): CheckReport['dns'] {
  const service = dnsService(evidence)
  const engine = clusterEngine(evidence)
  const used = upstreams(evidence)
  return {
    engine,
    version: engine === 'coredns' ? (coreDnsVersion(evidence) ?? null) : null,
    service: service
      ? {
          namespace: service.metadata.namespace ?? '',
          name: service.metadata.name,
          clusterIP: addressesOf(service)[0] ?? '',
        }
      : null,
    pods: evidence.pods.map(pod => ({
      name: pod.metadata.name,
      node: pod.spec.nodeName ?? null,
      ip: pod.status?.podIP ?? null,
      ready: isReady(pod),
      restarts: (pod.status?.containerStatuses ?? []).reduce((sum, c) => sum + c.restartCount, 0),
      upstreams: [...new Set(used.filter(u => u.pod === pod).map(u => u.address))],
    })),
  }
}

/** The findings that follow from one, directly or through others. */
export function effectsOf(cause: ReportedFinding, findings: readonly ReportedFinding[]): readonly ReportedFinding[] {
  const reached = new Set([cause.code])
  for (const code of reached) for (const f of findings) if (f.causedBy.includes(code)) reached.add(f.code)
  reached.delete(cause.code)
  return findings.filter(f => reached.has(f.code))
}
