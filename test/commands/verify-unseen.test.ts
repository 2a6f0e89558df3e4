import http from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RequestError } from '../../src/kube/failures.ts'
import { run } from '../../src/run.ts'
import { withKubeconfig } from '../cli/candidates.ts'
import { healthy } from '../clusters.ts'
import { memoryIo } from '../io.ts'
import { json, listen, status } from '../kube/server.ts'
import { type Asked, clientOver, forbidden } from '../snapshot/client.ts'

const test = suite('verify of a cluster that hardly shows itself')
const kubeconfig = withKubeconfig(test)

/** An API server over HTTP that has the objects of a healthy cluster, and refuses what is asked for by these paths. */
function serverWithout(paths: RegExp): http.Server {
  const client = clientOver(healthy, (asked: Asked) => (paths.test(asked.path) ? forbidden(asked) : undefined))
  return http.createServer(async (request, response) => {
    try {
      const found = await client.get(request.url ?? '')
      if (typeof found === 'string') response.end(found)
      else json(response, found)
    } catch (error) {
      const code = error instanceof RequestError ? (error.status ?? 500) : 500
      json(response, status(String(error), code), code)
    }
  })
}

async function refused(paths: RegExp) {
  const { port, close } = await listen(serverWithout(paths))
  const path = kubeconfig(`http://127.0.0.1:${port}`)
  const io = memoryIo()
  const code = await run(['verify', '--kubeconfig', path, '-o', 'json'], io).finally(close)
  return { code, report: JSON.parse(io.out()) }
}

test('names the right to nodes where it finds none to probe from', async () => {
  const { code, report } = await refused(/nodes\?/)
  assert.equal([code, report.kind, report.code], [2, 'Error', 'no-nodes'])
  assert.match(report.hint, /you may not list nodes/)
})

test('names the rights to Pods and their owners where it finds no image', async () => {
  const { code, report } = await refused(/pods\?|deployments|daemonsets/)
  assert.equal([code, report.kind, report.code], [2, 'Error', 'no-probe-image'])
  for (const resource of ['pods', 'deployments.apps', 'daemonsets.apps'])
    assert.match(report.hint, `you may not list ${resource}`)
})

test.run()
