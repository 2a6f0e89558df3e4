import { distributionOf } from '../../distributions.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'
import { isDnsDisabled } from '../../snapshot/survival.ts'

/** Who installs the objects of DNS beside its configuration: workload, Service, roles. */
interface Keeper {
  /** what it makes of an object that is repaired to what it installs itself */
  readonly lasts: string
  /** how it installs all of them again */
  readonly again: readonly string[]
  /** true where an object that somebody else made stands in its way */
  readonly isSole?: true
}

// kubernetes 1.35, cmd/kubeadm/app/phases/addons/dns/dns.go. Without --config the phase takes its defaults, and with them
// another address for the Service than that of the cluster.
const kubeadm: Keeper = {
  lasts: 'kubeadm upgrade writes the Deployment, the Service and the roles of DNS again, and with the same content',
  again: [
    "on a control plane node: kubectl -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' > kubeadm.yaml",
    'there: kubeadm init phase addon coredns --config kubeadm.yaml',
  ],
}

const keepers: Readonly<Record<string, Keeper>> = {
  kubeadm,
  kind: kubeadm,
  minikube: {
    lasts: 'minikube start writes the objects of DNS again, and with the same content',
    again: ['minikube start'],
  },
  k3s: {
    lasts: 'k3s writes its own manifest again at every start of a server, and with the same content',
    again: ['on a server: systemctl restart k3s'],
  },
  rke2: {
    lasts: 'RKE2 writes its chart again at every upgrade of the chart, and with the same content',
    again: ['change HelmChartConfig kube-system/rke2-coredns: RKE2 then installs the chart again'],
    isSole: true,
  },
  openshift: {
    lasts: 'the DNS operator of OpenShift writes its own objects again at once',
    again: [
      'see why the DNS operator does not make it: oc -n openshift-dns-operator get pods; oc describe dns.operator/default',
    ],
    isSole: true,
  },
  aks: {
    lasts: 'the addon manager of AKS writes its own objects again every minute',
    again: ['az aks update --resource-group GROUP --name CLUSTER has AKS write its add-ons again'],
  },
  gke: {
    lasts: 'the addon manager of GKE writes its own objects again every minute',
    again: ['see why the addon manager does not make it: ask the support of GKE'],
  },
  eks: {
    lasts: 'the EKS add-on writes its own objects again when it is updated',
    again: ['aws eks create-addon --cluster-name CLUSTER --addon-name coredns'],
  },
  kops: {
    lasts: 'kOps writes its own objects again when kops update cluster changes the add-on',
    again: ['kops update cluster --yes'],
  },
  microk8s: {
    lasts: 'microk8s enable dns writes the objects of DNS again',
    again: ['microk8s enable dns'],
  },
}

const unknown: Keeper = {
  lasts: 'who installs the objects of DNS here is not known; whoever does may write them again',
  again: ['install the DNS add-on again, the way in which it was installed'],
}

const keeperOf = (evidence: Evidence): Keeper => keepers[distributionOf(evidence)] ?? unknown

/** What does not take back an object that was repaired to what its installer writes too, and what may. */
export function addonLasts(evidence: Evidence): readonly string[] {
  if (isDnsDisabled(evidence) === true) return ['kubeadm upgrade leaves DNS alone (dns.disabled)']
  return [keeperOf(evidence).lasts]
}

/** How the whole DNS add-on is installed again on this distribution. */
export const installAgain = (evidence: Evidence): readonly string[] => keeperOf(evidence).again

/** True where only the installer may create objects of DNS: one of ours would stand in its way. */
export function isInstallersOwn(evidence: Evidence): boolean {
  const isHelm = evidence.workloads.some(w => w.metadata.labels?.['app.kubernetes.io/managed-by'] === 'Helm')
  return isHelm || keeperOf(evidence).isSole === true
}
