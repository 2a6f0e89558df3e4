import { isKubeadm } from '../../criteria/kubeadm.ts'
import { distributionOf } from '../../distributions.ts'
import type { Evidence } from '../../snapshot/snapshot.ts'

/** Where distributions that are not kubeadm's keep what their kubelets hand out (their own documentation). */
const places: Readonly<Record<string, string>> = {
  k3s: 'on each node resolv-conf: FILE in /etc/rancher/k3s/config.yaml, then systemctl restart k3s (k3s-agent)',
  rke2: 'on each node resolv-conf: FILE in /etc/rancher/rke2/config.yaml, then systemctl restart rke2-server (rke2-agent)',
  k0s: 'resolvConf in a worker profile of the k0s configuration, then restart the workers with it',
  eks: 'NodeConfig spec.kubelet.config.resolvConf in the launch template, or the DHCP options of the VPC; then replace the nodes',
  gke: 'the DNS of the VPC (Cloud DNS server policy): node pools have no such setting',
  aks: 'the DNS servers of the virtual network: node pools have no such setting',
  openshift: 'the DNS servers in NetworkManager, with a NodeNetworkConfigurationPolicy or a MachineConfig',
  talos: 'the nameservers of the machine config, with talosctl: the file itself is fixed',
  microk8s:
    '--resolv-conf=FILE in /var/snap/microk8s/current/args/kubelet on each node, then snap restart microk8s.daemon-kubelite',
  kops: 'spec.kubelet.resolverConfig with kops edit cluster, then kops update cluster --yes and kops rolling-update cluster --yes',
}

/** What to do where kubelets are not set up as kubeadm does it; null where they are. */
export function kubeletPlace(evidence: Evidence): string | null {
  const distribution = distributionOf(evidence)
  if (isKubeadm(distribution)) return null
  return places[distribution] ?? 'resolvConf in the configuration of the kubelets, where your installer keeps it'
}

/** Systems of which the files are replaced as a whole at every update. */
const immutable = /talos|bottlerocket|container-optimized|flatcar|coreos|microos/i

export const isImmutable = (osImage: string): boolean => immutable.test(osImage)

const rpm = /red hat|rhel|centos|fedora|rocky|alma|oracle|suse|amazon|mariner|azure linux/i
const deb = /ubuntu|debian|mint|raspbian/i

/** Which file kubeadm's unit reads extra arguments from (10-kubeadm.conf of the deb and of the rpm); null where it is not known. */
export function flagsFileOf(
  osImage: string,
  files: Readonly<Record<string, string | null>>,
  { debFlags, rpmFlags }: { readonly debFlags: string; readonly rpmFlags: string },
): string | null {
  const there = [debFlags, rpmFlags].filter(path => typeof files[path] === 'string')
  if (deb.test(osImage)) return debFlags
  if (rpm.test(osImage)) return rpmFlags
  return there.length === 1 ? (there[0] ?? null) : null
}
