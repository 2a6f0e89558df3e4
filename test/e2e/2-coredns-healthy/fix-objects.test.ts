import * as assert from 'uvu/assert'
import type { CheckReport } from '../../../src/report/check.ts'
import { kubectl, tryKubectl } from '../../cluster/api.ts'
import { checkUntil, editCorefile, inSystem, patch, recreatePods } from '../faults.ts'
import { assertVerdict, fixJson, leaving, undoJson } from '../fix.ts'
import { onVariant } from '../tool.ts'

const variant = 'coredns-healthy'
const test = onVariant(variant, 'the repair of an object of DNS')

/** An object without what the server keeps by itself; empty where there is none. */
async function contentOf(object: string): Promise<string> {
  const { stdout } = await tryKubectl([...inSystem, 'get', object, '-o', 'json'])
  if (stdout === '') return ''
  const { metadata, status: _, ...rest } = JSON.parse(stdout)
  const { name, labels, annotations } = metadata
  return JSON.stringify({ ...rest, metadata: { name, labels, annotations } })
}

/** Breaks an object, lets `fix` repair it, and takes that back: the object is then as it was when it was broken. */
async function brokenAndRepaired(
  code: string,
  object: string,
  breakIt: () => Promise<unknown>,
  args: readonly string[] = [],
): Promise<void> {
  await breakIt()
  const isFound = (report: CheckReport) => report.findings.some(f => f.code === code)
  await checkUntil(`check to find ${code}`, isFound)
  const broken = await contentOf(object)
  const report = await fixJson([...args, '--yes'])
  assertVerdict(report, 'repaired')
  assert.is(report.exit, 0)
  assert.is(report.verify?.verdict, 'healthy')
  assert.is.not(await contentOf(object), broken)
  assertVerdict(await fixJson([...args, '--yes']), 'nothing-to-do')
  assertVerdict(await undoJson(), 'undone')
  assert.is(await contentOf(object), broken)
}

const service = 'service/kube-dns'

test('a Service that was deleted has the address again that Pods ask', () =>
  leaving(variant, () => brokenAndRepaired('DNS101', service, () => kubectl([...inSystem, 'delete', service]))))

test('a selector that fits no Pod', () =>
  leaving(variant, () =>
    brokenAndRepaired('DNS103', service, () =>
      patch(service, [{ op: 'replace', path: '/spec/selector', value: { 'k8s-app': 'coredns' } }]),
    ),
  ))

test('a Service without TCP', () =>
  leaving(variant, () =>
    brokenAndRepaired('DNS104', service, () => patch(service, [{ op: 'remove', path: '/spec/ports/1' }])),
  ))

test('a DNS server that is scaled to zero', () =>
  leaving(variant, () =>
    brokenAndRepaired('DNS109', 'deployment/coredns', () =>
      kubectl([...inSystem, 'scale', 'deployment/coredns', '--replicas=0']),
    ),
  ))

const role = 'clusterrole/system:coredns'

test('rights without which CoreDNS sees no Services', () =>
  leaving(variant, async () => {
    const original = JSON.parse(await kubectl(['get', role, '-o', 'json']))
    const { resourceVersion: _, uid: __, ...metadata } = original.metadata
    const rules = original.rules.filter((r: { resources: string[] }) => !r.resources.includes('endpointslices'))
    try {
      await brokenAndRepaired('DNS111', role, async () => {
        await kubectl(['replace', '-f', '-'], JSON.stringify({ ...original, metadata, rules }))
        await recreatePods()
      })
    } finally {
      await kubectl(['replace', '-f', '-'], JSON.stringify({ ...original, metadata }))
    }
  }))

const corefile = 'configmap/coredns'
const misspelt = (text: string) => text.replace('cache 30', 'cahce 30')

test('a Corefile that CoreDNS cannot read, of which a journal has the last good one', () =>
  leaving(variant, async () => {
    assertVerdict(await fixJson(['--upstream', '8.8.4.4', '--yes']), 'repaired')
    const good = await contentOf(corefile)
    await brokenAndRepaired('DNS201', corefile, async () => {
      const { data } = JSON.parse(good)
      await patch(corefile, [{ op: 'replace', path: '/data/Corefile', value: misspelt(data.Corefile) }])
      await recreatePods()
    })
  }))

test('a Corefile that CoreDNS cannot read, of which kubeadm keeps the last good one', () =>
  leaving(variant, () =>
    brokenAndRepaired('DNS201', corefile, async () => {
      const { data } = JSON.parse(await contentOf(corefile))
      await patch(corefile, [
        { op: 'add', path: '/data/Corefile-backup', value: data.Corefile },
        { op: 'replace', path: '/data/Corefile', value: misspelt(data.Corefile) },
      ])
      await recreatePods()
    }),
  ))

test('a Corefile without loop', () =>
  leaving(variant, () =>
    brokenAndRepaired(
      'DNS205',
      'configmap/coredns',
      async () => {
        await editCorefile(text => text.replace(/^ +loop\n/m, ''))
        await recreatePods()
      },
      ['DNS205'],
    ),
  ))

test.run()
