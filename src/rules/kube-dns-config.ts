import { finding, refName } from '../finding.ts'
import { configProblems } from '../kube-dns/config.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  name: 'kube-dns-config',
  title: 'kube-dns accepts its ConfigMap',
  codes: ['DNS203'],
  engine: 'kube-dns',
  inputs: ['configMaps'],
  uses: ['logs'],
  *check({ configMaps, logs }) {
    const map = configMaps.find(c => c.metadata.name === 'kube-dns')
    if (!map) return
    const [problem] = configProblems(map.data ?? {})
    if (!problem) return
    const configMap = refName(map.metadata)
    const object = { kind: 'ConfigMap', namespace: map.metadata.namespace ?? '', name: map.metadata.name }
    const value = map.data?.[problem.key] ?? ''
    const said = logs.flatMap(log => {
      const line = log.text.split('\n').findLast(l => /ignoring update|Invalid JSON/.test(l))
      return line ? [{ source: `log of ${log.pod}/${log.container}`, text: line }] : []
    })
    // Running Pods go on with the last good one: the next that starts falls back to the resolv.conf of its node.
    yield finding('DNS203', object, { configMap, ...problem }, 'soon', [
      { source: `ConfigMap ${configMap}`, text: `${problem.key}: ${value}` },
      ...said.slice(0, 1),
    ])
  },
})
