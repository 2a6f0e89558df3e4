import type { CheckReport } from './check.ts'
import type { Style } from './style.ts'

/** The findings that break one link of the way, by which link it is. */
const breaks = {
  service: ['DNS101', 'DNS402'],
  endpoints: ['DNS102', 'DNS103', 'DNS106', 'DNS107', 'DNS109', 'DNS113'],
  upstream: ['DNS301', 'DNS302', 'DNS303', 'DNS304'],
} as const

/** The way of a query as one line: `Pod ──▶ Service kube-dns 10.96.0.10 ──▶ coredns 0/2 ready ──✗▶ 127.0.0.53`. */
export function pathLine(report: CheckReport, style: Style): string {
  const broken = (link: keyof typeof breaks) =>
    report.findings.some(f => f.severity === 'error' && breaks[link].some(code => code === f.code))
  const arrow = (isBroken: boolean) => (isBroken ? style.bad(' ──✗▶ ') : style.good(' ──▶ '))
  const { service, pods, engine } = report.dns
  const ready = pods.filter(p => p.ready).length
  const upstreams = [...new Set(pods.flatMap(p => p.upstreams))]
  const isLoop = report.findings.some(f => f.code === 'DNS301')
  const last = upstreams.join(', ') || (isLoop ? 'loopback' : broken('upstream') ? 'no upstream' : 'upstream not seen')
  return [
    'Pod',
    arrow(broken('service')),
    service ? `Service ${service.name} ${service.clusterIP}` : 'no Service',
    arrow(broken('endpoints')),
    `${engine === 'unknown' ? 'DNS' : engine} ${ready}/${pods.length} ready`,
    arrow(broken('upstream')),
    last,
  ].join('')
}
