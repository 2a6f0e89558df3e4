import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { run } from '../exec.ts'
import { pinned } from '../layout.ts'
import { source } from '../paths.ts'
import { contentsOf, keyOf } from './key.ts'
import type { Part } from './part.ts'

const kubernetes = pinned('kubernetes', 'k8s.io/kubernetes')
const [, major = '', minor = ''] = kubernetes.match(/v(\d+)\.(\d+)/) ?? []
const stamps = {
  gitVersion: kubernetes,
  gitMajor: major,
  gitMinor: minor,
  gitTreeState: 'clean',
  gitCommit: 'local',
  buildDate: '2026-01-01T00:00:00Z',
}
const kubernetesFlags = Object.entries(stamps).map(
  ([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`,
)

interface Program {
  name: string
  folder: string
  package: string
  flags?: readonly string[]
}

function ofKubernetes(name: string): Program {
  return { name, folder: 'kubernetes', package: `k8s.io/kubernetes/cmd/${name}`, flags: kubernetesFlags }
}

function ofKubeDns(name: string): Program {
  return { name, folder: 'kube-dns', package: `./cmd/${name}` }
}

const programs: readonly Program[] = [
  { name: 'pause', folder: 'pause', package: '.' },
  { name: 'etcd', folder: 'etcd', package: 'go.etcd.io/etcd/server/v3' },
  { name: 'coredns', folder: 'coredns', package: 'github.com/coredns/coredns' },
  ...['kubectl', 'kubeadm', 'kubelet', 'kube-proxy', 'kube-scheduler'].map(ofKubernetes),
  ...['kube-controller-manager', 'kube-apiserver'].map(ofKubernetes),
  ...['kube-dns', 'dnsmasq-nanny', 'sidecar'].map(ofKubeDns),
]

/** The programs that are compiled; each part's folder holds one file of the part's name. */
export function goParts(): Part[] {
  const toolchain = execFileSync('go', ['env', 'GOVERSION', 'GOARCH'], { encoding: 'utf8' })
  return programs.map(program => {
    const folder = join(source, 'go', program.folder)
    const command = compile(program)
    return {
      name: program.name,
      key: keyOf(toolchain, contentsOf(folder, isCompiled), ...command),
      make: async into => {
        const argv = [...command, '-o', join(into, program.name), program.package]
        await run(argv, { cwd: folder, env: { ...process.env, CGO_ENABLED: '0' } })
      },
    }
  })
}

function isCompiled(file: string): boolean {
  return /(\.go|go\.mod|go\.sum)$/.test(file) && !file.endsWith('_test.go')
}

// The links are static (CGO_ENABLED=0) and -mod=readonly: nothing but what go.mod and go.sum name is compiled.
function compile(program: Program): string[] {
  const flags = ['-s', '-w', ...(program.flags ?? [])].join(' ')
  return ['go', 'build', '-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', flags]
}
