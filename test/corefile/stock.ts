/** Corefiles as distributions write them. */

const kubeadm = (cache: string) => `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    ${cache}
    loop
    reload
    loadbalance
}
`

export const kubeadm131 = kubeadm('cache 30')

export const kubeadm132 = kubeadm(`cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }`)

export const kind = kubeadm132.replace('errors\n', 'log\n    errors\n')

export const eks = `.:53 {
    errors
    health {
        lameduck 5s
      }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}
`

export const aks = `.:53 {
    errors
    ready
    health {
      lameduck 5s
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
      ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
    import custom/*.override
    template ANY ANY internal.cloudapp.net {
      match "^(?:[^.]+\\.){4,}internal\\.cloudapp\\.net\\.$"
      rcode NXDOMAIN
      fallthrough
    }
    template ANY ANY reddog.microsoft.com {
      rcode NXDOMAIN
    }
}
import custom/*.server
`

export const k3s = `.:53 {
    errors
    health
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
    }
    hosts /etc/coredns/NodeHosts {
      ttl 60
      reload 15s
      fallthrough
    }
    prometheus :9153
    cache 30
    loop
    reload
    loadbalance
    import /etc/coredns/custom/*.override
    forward . /etc/resolv.conf
}
import /etc/coredns/custom/*.server
`

export const openShift = `# corp
corp.example:5353 lab.example:5353 {
    prometheus 127.0.0.1:9153
    forward . 10.1.2.3 tls://10.1.2.4 {
        tls_servername dns.corp.example
        tls /etc/pki/dns.corp.example-1/ca-bundle.crt
        policy random
    }
    errors
    log . {
        class error
    }
    bufsize 1232
    cache 900 {
        denial 9984 30
    }
}
.:5353 {
    bufsize 1232
    errors
    log . {
        class error
    }
    health {
        lameduck 20s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
    }
    prometheus 127.0.0.1:9153
    forward . /etc/resolv.conf {
        policy sequential
    }
    cache 900 {
        denial 9984 30
    }
    reload
}
hostname.bind:5353 {
    chaos
}
`

const local = (zone: string, cache: string, forward: string, more = '') => `${zone}:53 {
    errors
    cache ${cache}
    reload
    loop
    bind 169.254.20.10 10.96.0.10
    forward . ${forward}
    prometheus :9253${more}
    }
`

const nodeLocalWith = (cluster: string, upstream: string) =>
  local(
    'cluster.local',
    '{\n            success 9984 30\n            denial 9984 5\n    }',
    cluster,
    '\n    health 169.254.20.10:8080',
  ) +
  local('in-addr.arpa', '30', cluster) +
  local('ip6.arpa', '30', cluster) +
  local('.', '30', upstream)

export const nodeLocal = nodeLocalWith('10.96.57.1 {\n            force_tcp\n    }', '/etc/resolv.conf')

export const nodeLocalTemplate = nodeLocalWith(
  '__PILLAR__CLUSTER__DNS__ {\n            force_tcp\n    }',
  '__PILLAR__UPSTREAM__SERVERS__',
)

export const stock: Readonly<Record<string, string>> = {
  kubeadm131,
  kubeadm132,
  kind,
  eks,
  aks,
  k3s,
  openShift,
  nodeLocal,
  nodeLocalTemplate,
}
