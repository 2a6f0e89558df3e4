import * as assert from 'uvu/assert'
import { fault, patch, recreatePods, repair } from '../faults.ts'
import { codesIn, onVariant } from '../tool.ts'

const test = onVariant('coredns-healthy', 'DNS Pods that do not run')
const repairDeployment = () => repair('deployment/coredns')
const template = '/spec/template/spec'

test('because no node takes them', async () => {
  const nowhere = () =>
    patch('deployment/coredns', [{ op: 'add', path: `${template}/nodeSelector`, value: { is: 'nowhere' } }])
  const report = await fault('DNS106', nowhere, repairDeployment)
  assert.match(report.cause?.message ?? '', /do(es)? not start: 0\/2 nodes are available/)
})

test('because they may not use enough memory', async () => {
  const small = async () => {
    await patch('deployment/coredns', [
      { op: 'replace', path: `${template}/containers/0/resources`, value: { limits: { memory: '12Mi' } } },
    ])
    await recreatePods()
  }
  const report = await fault('DNS108', small, repairDeployment)
  assert.match(report.cause?.message ?? '', /killed out of memory \(limit 12Mi\)/)
})

test("because the node's own resolver has the port", async () => {
  const onHost = async () => {
    await patch('deployment/coredns', [{ op: 'add', path: `${template}/hostNetwork`, value: true }])
    await recreatePods()
  }
  const report = await fault('DNS110', onHost, repairDeployment)
  assert.match(report.cause?.evidence[0]?.text ?? '', /address already in use/)
  assert.ok(!codesIn(report).includes('DNS201'))
})

test('because the program ends', async () => {
  const wrongFlag = async () => {
    await patch('deployment/coredns', [
      { op: 'replace', path: `${template}/containers/0/args`, value: ['-no-such-flag'] },
    ])
    await recreatePods()
  }
  const report = await fault('DNS107', wrongFlag, repairDeployment)
  assert.match(report.cause?.message ?? '', /crash(es)? with exit code [12]$/)
})

test.run()
