import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseCorefile } from '../../../src/corefile/parse.ts'
import { replacedUpstream } from '../../../src/criteria/stock-corefile.ts'
import type { ObjectChange, Plan } from '../../../src/fix/plan.ts'
import configmap from '../../../src/fix/planners/configmap.ts'
import type { FixContext } from '../../../src/fix/planners/context.ts'
import { foundingFault, healthy, nodeCache } from '../../clusters.ts'
import { kubeadm131 } from '../../corefile/stock.ts'
import { kubeadmConfig, withCorefile, withMaps } from '../../criteria/graded.ts'
import { contextOf, mapPath, stubNode } from './contexts.ts'

const test = suite('CoreDNS: upstreams in its Corefile')

const planned = (context: FixContext): Plan => {
  const way = configmap.plan(context)
  if (way === null || !('changes' in way)) throw new Error(JSON.stringify(way))
  return way
}
const changed = (context: FixContext): ObjectChange => planned(context).changes[0] as ObjectChange
const corefileOf = (change: ObjectChange) => (change.after?.data as Record<string, string>).Corefile ?? ''

/** The founding fault with the Corefile that kubeadm 1.31 wrote. */
const stock = withCorefile(foundingFault, kubeadm131)

test('the founding fault: the resolvers of the nodes stand in the place of resolv.conf, and nothing else is touched', () => {
  const context = contextOf(stock)
  const change = changed(context)
  assert.is(change.path, mapPath('coredns'))
  assert.is(corefileOf(change), kubeadm131.replace('/etc/resolv.conf', '10.0.0.2 10.0.0.3'))
  assert.equal(change.after, { ...change.before, data: { Corefile: corefileOf(change) } })
  assert.is(change.before, context.objects.get(mapPath('coredns')))
  assert.equal([change.awaits, change.risk], ['corefile-loaded', 'safe'])
  assert.ok(change.codes.includes('DNS301'))
  assert.match(change.why, /asked of 10\.0\.0\.2, 10\.0\.0\.3 \(the resolvers of the nodes\)/)
})

test('kubeadm upgrade keeps it, a lone upstream too, and the plan says so', () => {
  const change = changed(contextOf(stock, { options: { upstreams: ['10.0.0.9'] } }))
  assert.match(corefileOf(change), /forward \. 10\.0\.0\.9 \{\n\s+max_concurrent 1000\n\s+policy sequential/)
  assert.is(replacedUpstream(parseCorefile(corefileOf(change))), null)
  assert.match(change.survives.join('\n'), /is none that kubeadm would take for an untouched one/)
})

test('where kubeadm is told to leave DNS alone, that is what survives', () => {
  const change = changed(contextOf(withMaps(stock, kubeadmConfig('{disabled: true}'))))
  assert.match(change.survives.join('\n'), /dns\.disabled: kubeadm upgrade leaves DNS alone/)
})

test('planned again on the result it changes nothing', () => {
  const options = { upstreams: ['10.0.0.9'], stubDomains: { 'corp.example': ['10.1.1.1'] } }
  const text = corefileOf(changed(contextOf(stock, { options })))
  const again = planned(contextOf(withCorefile(healthy, text), { options }))
  assert.equal(again.changes, [])
  assert.match(again.notes.join('\n'), /says so already: nothing to change/)
})

test('stub domains alone leave the upstreams as they are', () => {
  const change = changed(contextOf(healthy, { options: { stubDomains: { 'corp.example': ['10.1.1.1', '10.1.1.2'] } } }))
  const corefile = corefileOf(change)
  assert.match(corefile, /forward \. \/etc\/resolv\.conf\n/)
  assert.match(corefile, /corp\.example:53 \{\n\s+errors\n\s+cache 30\n\s+forward \. 10\.1\.1\.1 10\.1\.1\.2\n\}/)
  assert.equal(change.codes, [])
  assert.is(change.why, 'Names in corp.example are asked of 10.1.1.1, 10.1.1.2')
})

test('without reload every Pod has to restart', () => {
  const text = kubeadm131.replace('    reload\n', '')
  assert.is(changed(contextOf(withCorefile(foundingFault, text))).risk, 'restarts')
})

test('what was left out, and what else asks upstreams, is said', () => {
  const nodeFacts = [stubNode('cp1', { resolvers: ['10.0.0.2', '127.0.0.53'] })]
  const cached = { ...stock, workloads: [...stock.workloads, nodeCache(2)] }
  const notes = planned(contextOf(cached, { nodeFacts })).notes.join('\n')
  assert.match(notes, /127\.0\.0\.53, which nodes name, is left out: it is systemd-resolved's stub/)
  assert.match(notes, /NodeLocal DNSCache asks its own upstreams/)
})

test('a Corefile that does not parse, or was not read whole, is refused', () => {
  const broken = configmap.plan(contextOf(withCorefile(foundingFault, '.:53 {\n  forward . /etc/resolv.conf\n')))
  assert.match(JSON.stringify(broken), /"reason":"[^"]*does not parse/)
  const { objects, ...context } = contextOf(stock)
  const unread = configmap.plan({
    ...context,
    objects: new Map([...objects].filter(([path]) => !/coredns$/.test(path))),
  })
  assert.match(JSON.stringify(unread), /ConfigMap kube-system\/coredns could not be read whole/)
})

test('nothing is wanted: no plan', () => assert.is(configmap.plan(contextOf(healthy)), null))

test.run()
