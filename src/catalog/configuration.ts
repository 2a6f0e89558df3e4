import { entry, list } from './entry.ts'

/** 2xx: what the DNS server was told. */
export const configuration = {
  DNS201: entry<{ configMap: string; problem: string; running: boolean }>({
    name: 'CorefileInvalid',
    severity: 'error',
    summary:
      'CoreDNS cannot start with this Corefile. A server that is running keeps its old configuration and crashes at its next start.',
    text: a =>
      `the Corefile in ConfigMap ${a.configMap} is not valid: ${a.problem}${a.running ? ' (the running Pods still use an older one)' : ''}`,
    remedy: a => `correct the Corefile: kubectl -n kube-system edit configmap ${a.configMap.split('/').at(-1) ?? ''}`,
  }),
  DNS202: entry<{ pods: readonly string[] }>({
    name: 'CorefileNotLoaded',
    severity: 'error',
    summary:
      'CoreDNS refused a changed Corefile and still serves the old one. It does not try the same text again, and a restart with it crashes.',
    text: a => `${list(a.pods)} refused the present Corefile and still serve an older one`,
    remedy: () => 'correct the Corefile; restart the DNS Pods one at a time only when it is valid',
  }),
  DNS203: entry<{ configMap: string; key: string; problem: string }>({
    name: 'KubeDnsConfigIgnored',
    severity: 'error',
    summary:
      'kube-dns checks its whole ConfigMap at once and ignores all of it when one entry is wrong. Running Pods keep the last good one; restarted Pods fall back to the resolv.conf of their node.',
    text: a => `kube-dns ignores ConfigMap ${a.configMap}: ${a.key} ${a.problem}`,
    remedy: a => `correct ${a.key}: a JSON ${a.key === 'stubDomains' ? 'object of arrays' : 'array'} of IP addresses`,
  }),
  DNS204: entry<{ configMap: string; key: string }>({
    name: 'CorefileMissing',
    severity: 'error',
    summary: 'The ConfigMap or key that the DNS Pods mount as their Corefile is not there: Pods cannot start.',
    text: a => `ConfigMap ${a.configMap} has no key ${a.key}`,
    remedy: () => 'restore the ConfigMap from a back-up (kubeadm: kubeadm init phase addon coredns)',
  }),
  DNS205: entry<{ configMap: string }>({
    name: 'LoopMissing',
    severity: 'info',
    summary:
      'The Corefile has no loop plugin where it forwards. An upstream that leads back to CoreDNS is then not noticed: queries go round until memory or CPU is used up. The stock Corefiles have it.',
    text: a => `the Corefile in ConfigMap ${a.configMap} has no loop plugin: a forwarding loop would not be noticed`,
    remedy: () => 'add the line loop to the server block of "." in the Corefile',
  }),
} as const
