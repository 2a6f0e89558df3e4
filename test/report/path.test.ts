import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { analyze } from '../../src/analyze.ts'
import { checkReport } from '../../src/report/check.ts'
import { pathLine } from '../../src/report/path.ts'
import { styleFor } from '../../src/report/style.ts'
import { rules } from '../../src/rules/index.ts'
import type { Evidence } from '../../src/snapshot/snapshot.ts'
import { foundingFault, healthy, withExternal, withUpstream } from '../clusters.ts'
import { snapshotOf } from '../fixtures.ts'

const test = suite('path')

function path(evidence: Partial<Evidence>): string {
  const snapshot = snapshotOf(evidence)
  return pathLine(checkReport(snapshot, analyze(snapshot, rules), '1.2.3'), styleFor({}, {}))
}

const dead = { rcode: 'SERVFAIL', answers: [], ms: 4000 }
const paths: readonly [name: string, evidence: Partial<Evidence>, line: string][] = [
  ['healthy', healthy, 'Pod ──▶ Service kube-dns 10.96.0.10 ──▶ coredns 2/2 ready ──▶ 10.0.0.2'],
  ['the founding fault', foundingFault, 'Pod ──▶ Service kube-dns 10.96.0.10 ──✗▶ coredns 0/2 ready ──✗▶ loopback'],
  [
    'a dead upstream',
    withExternal({ ...withUpstream('10.0.0.9'), metrics: [] }, dead),
    'Pod ──▶ Service kube-dns 10.96.0.10 ──▶ coredns 2/2 ready ──✗▶ 10.0.0.9',
  ],
  [
    'kubelets that hand out another address',
    { ...healthy, kubelets: healthy.kubelets.map(k => ({ ...k, clusterDNS: ['10.100.0.10'] })) },
    'Pod ──✗▶ Service kube-dns 10.96.0.10 ──▶ coredns 2/2 ready ──▶ 10.0.0.2',
  ],
  [
    'a loopback address in the Corefile',
    { ...withUpstream('127.0.0.53'), metrics: [] },
    'Pod ──▶ Service kube-dns 10.96.0.10 ──▶ coredns 2/2 ready ──✗▶ 127.0.0.53',
  ],
  [
    'nobody has asked the upstream yet',
    { ...healthy, metrics: [] },
    'Pod ──▶ Service kube-dns 10.96.0.10 ──▶ coredns 2/2 ready ──▶ upstream not seen',
  ],
  ['nothing', {}, 'Pod ──✗▶ no Service ──✗▶ DNS 0/0 ready ──▶ upstream not seen'],
]
for (const [name, evidence, line] of paths) test(name, () => assert.is(path(evidence), line))

test.run()
