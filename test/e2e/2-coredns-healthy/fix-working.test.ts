import * as assert from 'uvu/assert'
import { kubectl } from '../../cluster/api.ts'
import { dnsPodsServe } from '../../cluster/faults/index.ts'
import { editCorefile, inSystem, recreatePods } from '../faults.ts'
import { assertVerdict, contentOf, fixJson, leaving, undoJson } from '../fix.ts'
import { assertAllAnswered, whileResolving } from '../residents.ts'
import { onVariant } from '../tool.ts'

const variant = 'coredns-healthy'
const test = onVariant(variant, 'a repair of a CoreDNS that works')

/** Other upstreams for it and back again, while Pods on every node resolve names. */
const thereAndBack = async (): Promise<void> => {
  const before = await contentOf('coredns')
  const asked = await whileResolving(async () => {
    const report = await fixJson(['--upstream', '8.8.4.4', '--yes'])
    assertVerdict(report, 'repaired')
    assert.match(await contentOf('coredns'), /forward \. 8\.8\.4\.4/)
    assertVerdict(await undoJson(), 'undone')
  })
  assert.is(await contentOf('coredns'), before)
  assertAllAnswered(asked)
}

test('that takes it up by itself leaves no name unanswered', () => leaving(variant, thereAndBack))

test('that is to ask other servers for one domain has a server block for it, and is the same after undo', () =>
  leaving(variant, async () => {
    const before = await contentOf('coredns')
    const report = await fixJson(['--stub-domain', 'example.com=8.8.4.4', '--yes'])
    assertVerdict(report, 'repaired')
    assert.is(report.verify?.verdict, 'healthy')
    assert.match(await contentOf('coredns'), /example\.com:53 \{[^}]*forward \. 8\.8\.4\.4/)
    assertVerdict(await fixJson(['--stub-domain', 'example.com=8.8.4.4', '--yes']), 'nothing-to-do')
    assertVerdict(await undoJson(), 'undone')
    assert.is(await contentOf('coredns'), before)
  }))

test('whose Pods are restarted, for it has no reload, leaves no name unanswered', () =>
  leaving(variant, async () => {
    await editCorefile(text => text.replace(/^ +reload\n/m, ''))
    await recreatePods()
    await dnsPodsServe()
    await thereAndBack()
  }))

test('whose only Pod is restarted leaves no name unanswered, and no second Pod', () =>
  leaving(variant, async () => {
    await editCorefile(text => text.replace(/^ +reload\n/m, ''))
    await kubectl([...inSystem, 'scale', 'deployment/coredns', '--replicas=1'])
    await recreatePods()
    await dnsPodsServe()
    await thereAndBack()
    const replicas = await kubectl([...inSystem, 'get', 'deployment/coredns', '-o', 'jsonpath={.spec.replicas}'])
    assert.is(replicas, '1')
  }))

test.run()
