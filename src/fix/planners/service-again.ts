import { type Finding, refName } from '../../finding.ts'
import { isServiceAddress } from '../../snapshot/dns.ts'
import type { ObjectChange, Plan, Refusal } from '../plan.ts'
import { addonLasts, installAgain, isInstallersOwn } from './addon.ts'
import type { FixContext } from './context.ts'
import { holderOf, newService, serverLabels, serviceRanges, whyNotAddress } from './service-object.ts'

type Missing = Extract<Finding, { code: 'DNS101' }>

const refuse = (reason: string, ...steps: readonly string[]): Refusal => ({ method: 'object', reason, steps })

/** The DNS Service with the address that Pods ask, as kubeadm writes it; a Refusal where it could not have it or lead anywhere. */
export function serviceAgain(context: FixContext, { args }: Missing): Plan | Refusal {
  const { evidence } = context.snapshot
  const address = args.expected
  if (address === null) return whyNoAddress(context)
  const reason = whyNotAddress(address, serviceRanges(context.objects))
  if (reason) return refuse(reason, 'set clusterDNS of the kubelets to an address in that range, then run fix again')
  const selector = serverLabels(evidence)
  if (!selector) return refuse('there is no DNS server that the Service could lead to', ...installAgain(evidence))
  if (isInstallersOwn(evidence)) return refuse(inTheWay, ...installAgain(evidence))
  const change: ObjectChange = {
    kind: 'object',
    path: '/api/v1/namespaces/kube-system/services/kube-dns',
    before: null,
    after: newService(evidence, address, selector),
    codes: ['DNS101'],
    why: `Pods ask ${address} for names, and no Service has that address`,
    reach: `every Pod that asks ${address}`,
    risk: 'safe',
    survives: addonLasts(evidence),
    awaits: 'nothing',
  }
  return { method: 'object', changes: [change], notes: othersAsked(context, address) }
}

const inTheWay = 'the Service belongs to what installed DNS here, and one that is made by hand would stand in its way'

function whyNoAddress({ snapshot: { evidence }, objects }: FixContext): Refusal {
  const taken = holderOf(evidence, objects)
  const name = taken ? refName(taken.service.metadata) : ''
  if (taken)
    return refuse(
      `${taken.address}, which the kubelets hand out, belongs to Service ${name}, which is not for DNS`,
      `delete Service ${name} and create it again without clusterIP, then run fix again`,
    )
  const isSeen = evidence.kubelets.length > 0
  const what = isSeen ? 'the kubelets hand out no address of a Service' : 'the kubelets could not be asked'
  return refuse(
    `which address Pods ask is not known: ${what}`,
    'read clusterDNS in /var/lib/kubelet/config.yaml of a node; create Service kube-system/kube-dns with it as clusterIP',
  )
}

/** Kubelets that hand out another address are not helped by this Service. */
function othersAsked({ snapshot: { evidence } }: FixContext, address: string): readonly string[] {
  const other = evidence.kubelets.filter(k => k.clusterDNS.some(isServiceAddress) && !k.clusterDNS.includes(address))
  if (other.length === 0) return []
  return [`the kubelets on ${other.map(k => k.node).join(', ')} hand out another address: their Pods stay without DNS`]
}
