const body = (plugins: readonly string[]) => `.:53 {\n    ${plugins.join('\n    ')}\n}\n`

const options = (name: string, ...lines: string[]) =>
  lines.length === 0 ? name : `${name} {${lines.map(line => `\n       ${line}`).join('')}\n    }`

const kubernetes = (...more: string[]) =>
  options(
    'kubernetes cluster.local in-addr.arpa ip6.arpa',
    'pods insecure',
    ...more.filter(line => line === 'upstream'),
    'fallthrough in-addr.arpa ip6.arpa',
    ...more.filter(line => line !== 'upstream'),
  )

const end = ['cache 30', 'loop', 'reload', 'loadbalance']
const newer = (health: string, forward: string) =>
  body(['errors', health, 'ready', kubernetes('ttl 30'), 'prometheus :9153', forward, ...end])
const forward = 'forward . /etc/resolv.conf'

/** The Corefiles that kubeadm wrote, each under a version that wrote it so; 1.32 and later are in stock.ts. */
export const kubeadmOf: Readonly<Record<string, string>> = {
  '1.11': body([
    'errors',
    'health',
    kubernetes('upstream'),
    'prometheus :9153',
    'proxy . /etc/resolv.conf',
    'cache 30',
    'reload',
  ]),
  '1.12': body(['errors', 'health', kubernetes('upstream'), 'prometheus :9153', 'proxy . /etc/resolv.conf', ...end]),
  '1.15': body(['errors', 'health', kubernetes('upstream', 'ttl 30'), 'prometheus :9153', forward, ...end]),
  '1.16': newer('health', forward),
  '1.18': newer(options('health', 'lameduck 5s'), forward),
  '1.21': newer(options('health', 'lameduck 5s'), options(forward, 'max_concurrent 1000')),
}
