import type { Fact } from '../../criteria/fact.ts'
import { isKubeadm, kubeadmFacts } from '../../criteria/kubeadm.ts'
import { leftAlone } from '../../criteria/owners.ts'
import { distributionOf } from '../../distributions.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'
import type { KubeObject } from '../plan.ts'
import { withConfigMap } from './config-map.ts'
import type { ServerEngine } from './upstreams.ts'

/** What is known of distributions whose ConfigMap has no owner that writes it all the time. */
const rewritten: Readonly<Record<string, string>> = {
  talos:
    'talosctl upgrade-k8s may write its own text over it: keep the upstreams in the nameservers of the machine config',
  k0s: 'k0s leaves it alone until a new version changes its own text of it',
}

/** What does not take back this ConfigMap of the DNS server, and what does: a sentence each, without a full stop. */
export function survivalOf(evidence: Evidence, engine: ServerEngine, map: KubeObject): readonly string[] {
  const always = 'restarts of the DNS Pods and reboots of nodes leave it as it is, and it holds for new nodes too'
  const distribution = distributionOf(evidence)
  const name = `ConfigMap ${map.metadata.namespace}/${map.metadata.name}`
  if (isKubeadm(distribution)) {
    const facts = kubeadmFacts(withConfigMap(evidence, map), engine)
    return [always, ...facts.filter(isAboutMap).map(fact => `${fact.source} ${fact.text}`)]
  }
  const left = leftAlone(distribution, engine) ?? rewritten[distribution]
  if (left !== undefined) return [always, `${name}: ${left}`]
  return [always, `who writes ${name} anew at an upgrade is not known (distribution: ${distribution})`]
}

/** An upgrade writes the Deployment anew in any case: that is no matter of this change. */
const isAboutMap = (fact: Fact): boolean => !fact.source.startsWith('Deployment ')
