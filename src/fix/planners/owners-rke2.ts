import { type Document, parseDocument } from 'yaml'
import { CorefileError } from '../../corefile/error.ts'
import { parseCorefile } from '../../corefile/parse.ts'
import type { Corefile, Directive, ServerBlock } from '../../corefile/types.ts'
import type { KubeObject, Plan, Refusal } from '../plan.ts'
import type { FixContext } from './context.ts'
import type { Target } from './owners.ts'
import { settingPlan, settled } from './setting.ts'
import type { Wanted } from './wanted.ts'

/** Values for the chart of RKE2's CoreDNS, which are the user's (docs.rke2.io, helm). */
export const helmChartConfigPath = '/apis/helm.cattle.io/v1/namespaces/kube-system/helmchartconfigs/rke2-coredns'

/**
 * Upstreams and stub domains in HelmChartConfig rke2-coredns, as the whole list of servers: a list among the values replaces the
 * chart's own. Other values stay, with their comments.
 */
export function rke2Plan(context: FixContext, wanted: Wanted, { corefile }: Target): Plan | Refusal {
  const live = context.objects.get(helmChartConfigPath)
  const parsed = corefile === null ? null : read(corefile)
  if (parsed === null) return refusal('its Corefile could not be read')
  if (live?.metadata.annotations?.['objectset.rio.cattle.io/owner-name'] !== undefined)
    return refusal('its HelmChartConfig is made of a file on a server, which writes it anew', [
      'change valuesContent in /var/lib/rancher/rke2/server/manifests/rke2-coredns-config.yaml',
    ])
  if (parsed.imports.length > 0) return refusal('its Corefile imports others, which values cannot say')
  const values = parseDocument(String((live?.spec as { valuesContent?: string } | undefined)?.valuesContent ?? ''))
  if (values.errors.length > 0) return refusal('valuesContent of its HelmChartConfig is no YAML')
  return planOf(wanted, live, values, parsed)
}

const refusal = (reason: string, steps: readonly string[] = []): Refusal => ({
  method: 'configmap',
  reason: `RKE2 writes the Corefile from the values of its chart: ${reason}`,
  steps: [...steps, 'kubectl -n kube-system edit helmchartconfig rke2-coredns (spec.valuesContent: servers)'],
})

function read(text: string): Corefile | null {
  try {
    return parseCorefile(text)
  } catch (error) {
    if (error instanceof CorefileError) return null
    throw error
  }
}

function planOf(wanted: Wanted, live: KubeObject | undefined, values: Document, corefile: Corefile): Plan {
  const servers = corefile.blocks.map(serverOf)
  const present = (values.toJS() as { readonly servers?: unknown } | null)?.servers
  if (live && JSON.stringify(present) === JSON.stringify(servers)) return settled('HelmChartConfig rke2-coredns')
  values.set('servers', values.createNode(servers))
  const spec = { ...(live?.spec as object | undefined), valuesContent: values.toString({ lineWidth: 0 }) }
  const after: KubeObject = { ...(live ?? fresh), spec }
  // The chart puts a digest of the Corefile into the template of its Pods.
  const risk = 'restarts'
  const survives = [
    'the chart is rendered with these values at every upgrade; reboots and new nodes leave them as they are',
  ]
  return settingPlan(wanted, { path: helmChartConfigPath, before: live ?? null, after, risk, survives })
}

const fresh: KubeObject = {
  apiVersion: 'helm.cattle.io/v1',
  kind: 'HelmChartConfig',
  metadata: { name: 'rke2-coredns', namespace: 'kube-system' },
}

/** A server block as the chart's values say it (coredns/helm, charts/coredns/values.yaml: servers). */
function serverOf(block: ServerBlock) {
  return {
    zones: block.zones.map(({ zone, transport }) => ({
      zone,
      ...(transport === 'dns' ? {} : { scheme: `${transport}://` }),
    })),
    port: Number(block.zones[0]?.port ?? 53),
    plugins: block.directives.map(pluginOf),
  }
}

/** RKE2's template puts the cluster's domain before the parameters of `kubernetes` by itself. */
function pluginOf({ name, args, block }: Directive) {
  const words = args.map(token => token.raw)
  const parameters = (name.text === 'kubernetes' ? words.filter(word => /\.arpa\.?$/.test(word)) : words).join(' ')
  const lines = (block ?? []).map(option => textOf(option))
  return {
    name: name.text,
    ...(parameters === '' ? {} : { parameters }),
    ...(lines.length === 0 ? {} : { configBlock: lines.join('\n') }),
  }
}

const textOf = ({ name, args }: Directive): string => [name, ...args].map(token => token.raw).join(' ')
