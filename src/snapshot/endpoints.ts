import type { EndpointSlice, Service } from './objects.ts'

/** The endpoints of a Service that it may send to. A missing condition counts as ready (discovery.k8s.io/v1). */
export function readyEndpoints(service: Service, slices: readonly EndpointSlice[]) {
  const own = slices.filter(
    s =>
      s.metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name &&
      s.metadata.namespace === service.metadata.namespace,
  )
  return own.flatMap(s => s.endpoints ?? []).filter(e => e.conditions?.ready !== false)
}
