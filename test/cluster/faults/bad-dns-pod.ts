import { kubectl } from '../api.ts'
import { dnsPodsServe } from './dns-pods.ts'
import { type Fault, mark } from './fault.ts'

const name = 'coredns-bad'
const inSystem = ['-n', 'kube-system'] as const

const corefile = `.:53 {
    errors
    prometheus :9153
    health
    ready
    template ANY ANY {
        rcode SERVFAIL
    }
}
`

interface PodSpec {
  volumes: { configMap?: { name: string } }[]
}

/**
 * One more Pod behind the DNS Service that says SERVFAIL to everything and is Ready all the same. It is made from the
 * Deployment's template, with a Corefile of its own.
 */
export function badDnsPod(): Fault {
  return {
    make: async () => {
      const objects = [configMap(), pod(await template())]
      for (const object of objects) await kubectl(['create', '-f', '-'], JSON.stringify(object))
      await dnsPodsServe()
    },
    undo: async () => {
      await kubectl([
        ...inSystem,
        'delete',
        `pod/${name}`,
        `configmap/${name}`,
        '--ignore-not-found',
        '--grace-period=1',
      ])
      await dnsPodsServe()
    },
  }
}

async function template(): Promise<PodSpec> {
  const text = await kubectl([...inSystem, 'get', 'deployment/coredns', '-o', 'json'])
  return JSON.parse(text).spec.template.spec
}

function metadata(labels: Record<string, string>): object {
  return { name, namespace: 'kube-system', labels: { [mark]: '', ...labels } }
}

function configMap(): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata({}), data: { Corefile: corefile } }
}

function pod(spec: PodSpec): object {
  const volumes = spec.volumes.map(volume =>
    volume.configMap ? { ...volume, configMap: { ...volume.configMap, name } } : volume,
  )
  return { apiVersion: 'v1', kind: 'Pod', metadata: metadata({ 'k8s-app': 'kube-dns' }), spec: { ...spec, volumes } }
}
