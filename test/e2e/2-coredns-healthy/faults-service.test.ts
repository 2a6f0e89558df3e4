import * as assert from 'uvu/assert'
import { kubectl } from '../../cluster/api.ts'
import { fault, inSystem, patch, repair } from '../faults.ts'
import { onVariant } from '../tool.ts'

const test = onVariant('coredns-healthy', 'a broken DNS Service')
const repairService = () => repair('service/kube-dns')

test('without TCP', async () => {
  const withoutTcp = () =>
    kubectl([...inSystem, 'patch', 'service/kube-dns', '--type=json', '-p', '[{"op":"remove","path":"/spec/ports/1"}]'])
  const report = await fault('DNS104', withoutTcp, repairService)
  assert.is(report.verdict, 'degraded')
  assert.match(report.cause?.message ?? '', /no port 53 over TCP/)
})

test('with a selector that fits no Pod', async () => {
  const wrong = () =>
    patch('service/kube-dns', [{ op: 'replace', path: '/spec/selector', value: { 'k8s-app': 'coredns' } }])
  const report = await fault('DNS103', wrong, repairService)
  assert.is(report.verdict, 'broken')
  assert.is(report.exit, 1)
  assert.match(report.cause?.message ?? '', /selects k8s-app=coredns, but the 2 DNS Pods are labelled k8s-app=kube-dns/)
})

test('that was deleted', async () => {
  const report = await fault('DNS101', () => kubectl([...inSystem, 'delete', 'service/kube-dns']), repairService)
  assert.is(report.verdict, 'broken')
  assert.match(report.cause?.message ?? '', /Pods ask 10\.96\.0\.10 .* no Service has that address/)
  assert.is(report.dns.service, null)
})

test('behind which nothing runs', async () => {
  const scale = () => kubectl([...inSystem, 'scale', 'deployment/coredns', '--replicas=0'])
  const report = await fault(['DNS109', 'DNS102'], scale, () => repair('deployment/coredns'))
  assert.is(report.verdict, 'broken')
})

test.run()
