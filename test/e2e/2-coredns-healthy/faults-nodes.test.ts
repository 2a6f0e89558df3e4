import * as assert from 'uvu/assert'
import { shell } from '../../cluster/cluster.ts'
import { checkUntil } from '../faults.ts'
import { onVariant } from '../tool.ts'

const test = onVariant('coredns-healthy', 'a kubelet that differs')
const config = '/var/lib/kubelet/config.yaml'

const restartWith = (edit: string) =>
  shell('w1', ['sh', '-ec', `sed -i '${edit}' ${config}; systemctl restart kubelet`])

test('in the address that it gives to Pods is named, with its node', async () => {
  try {
    await restartWith('s/10\\.96\\.0\\.10/10.96.0.99/')
    const report = await checkUntil('check to name w1', r => r.cause?.code === 'DNS402')
    assert.is(report.verdict, 'degraded')
    assert.match(report.cause?.message ?? '', /kubelet on w1 gives Pods 10\.96\.0\.99, but Service .* is 10\.96\.0\.10/)
  } finally {
    await restartWith('s/10\\.96\\.0\\.99/10.96.0.10/')
    await checkUntil('the kubelet to be right again', r => r.verdict === 'healthy')
  }
})

test.run()
