import * as assert from 'uvu/assert'
import { checkJson, codesIn, dnsfix, onVariant } from '../tool.ts'

const test = onVariant('coredns-healthy', 'a healthy CoreDNS')

test('has nothing at warning or above, and exit code 0', async () => {
  const report = await checkJson(['--fail-on', 'warning'])
  assert.equal(codesIn(report), [])
  assert.is(report.exit, 0)
  assert.is(report.verdict, 'healthy')
  assert.equal(report.skipped, [])
  assert.ok(report.dns.pods.length > 0 && report.dns.pods.every(p => p.ready))
})

test('shows the upstreams that the Pods really use', async () => {
  const report = await checkJson()
  const used = report.dns.pods.flatMap(p => p.upstreams)
  assert.ok(used.length > 0 && used.every(address => address.startsWith('8.8.')), used.join())
})

test('takes no more requests than it needs', async () => {
  const { stderr } = await dnsfix(['check', '-v'])
  const requests = Number(/(\d+) requests/.exec(stderr)?.[1])
  assert.ok(requests > 0 && requests <= 20, stderr)
})

test('answers names that were asked for with the address that they must have', async () => {
  const right = await checkJson(['--name', 'icttoracon.net=203.0.113.10'])
  assert.is(right.exit, 0)
  const wrong = await checkJson(['--name', 'icttoracon.net=203.0.113.99', '--name', 'nowhere.invalid'])
  assert.is(wrong.exit, 1)
  const messages = wrong.findings.map(f => f.message).join('\n')
  assert.match(messages, /203\.0\.113\.10 instead of 203\.0\.113\.99/)
  assert.match(messages, /nowhere\.invalid with (NXDOMAIN|REFUSED)/)
})

test.run()
