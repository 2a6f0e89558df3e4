import { readFileSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { attempt } from '../exec.ts'
import { pinned } from '../layout.ts'
import { filesBelow, keyOf, resolveIn } from './key.ts'
import { archive, type ImageConfig, type LayerFile } from './layer.ts'
import { type Part, pathOf } from './part.ts'

/** What goes into an image: compiled programs, and files of the nodes' Debian with the libraries they need. */
interface Recipe extends ImageConfig {
  name: string
  programs: readonly { part: string; path: string; bindsLowPorts?: boolean }[]
  /** Path in the image → path in the Debian. */
  debian?: Record<string, string>
  /** Folders of the Debian whose files of that name are copied too. */
  plugins?: RegExp
  texts?: Record<string, string>
}

const writer = readFileSync(new URL('layer.ts', import.meta.url), 'utf8')
const version = pinned('kubernetes', 'k8s.io/kubernetes')
const kubeDns = '1.26.7'
const accounts = { '/etc/passwd': '/etc/passwd', '/etc/group': '/etc/group' }
const ipTables = ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables', 'ip6tables-save', 'ip6tables-restore']

function component(name: string): Recipe {
  const programs = [{ part: name, path: `/usr/local/bin/${name}` }]
  return { name, reference: `registry.k8s.io/${name}:${version}`, entrypoint: [], programs }
}

function kubeDnsImage(image: string, program: string): Recipe {
  const reference = `registry.k8s.io/dns/${image}:${kubeDns}`
  return {
    name: image,
    reference,
    entrypoint: [`/${program}`],
    programs: [{ part: program, path: `/${program}` }],
  }
}

// The references are those that this kubeadm asks for: `kubeadm config images list`.
const recipes: readonly Recipe[] = [
  ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map(component),
  {
    ...component('kube-proxy'),
    debian: {
      ...Object.fromEntries(ipTables.map(name => [`/usr/sbin/${name}`, `/usr/sbin/${name}`])),
      '/usr/sbin/conntrack': '/usr/sbin/conntrack',
    },
    plugins: /^usr\/lib\/[^/]+\/xtables\/[^/]+\.so$/,
  },
  { ...component('etcd'), reference: 'registry.k8s.io/etcd:3.6.6-0' },
  {
    // As the real image: an unprivileged user by name, and a file capability that lets it bind port 53.
    name: 'coredns-image',
    reference: 'registry.k8s.io/coredns/coredns:v1.13.1',
    entrypoint: ['/coredns'],
    user: 'nonroot:nonroot',
    programs: [{ part: 'coredns', path: '/coredns', bindsLowPorts: true }],
    texts: {
      '/etc/passwd': 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
      '/etc/group': 'root:x:0:\nnonroot:x:65532:\n',
    },
  },
  {
    name: 'pause-image',
    reference: 'registry.k8s.io/pause:3.10.1',
    entrypoint: ['/pause'],
    programs: [{ part: 'pause', path: '/pause' }],
  },
  kubeDnsImage('k8s-dns-kube-dns', 'kube-dns'),
  {
    ...kubeDnsImage('k8s-dns-dnsmasq-nanny', 'dnsmasq-nanny'),
    debian: { '/usr/sbin/dnsmasq': '/usr/sbin/dnsmasq', ...accounts },
    texts: { '/etc/dnsmasq.conf': 'user=root\n' }, // as the real image; the nanny cannot kill another user's process
  },
  kubeDnsImage('k8s-dns-sidecar', 'sidecar'),
  {
    name: 'tools',
    reference: 'example.test/tools:1',
    entrypoint: ['/bin/sh'],
    programs: [],
    debian: {
      '/bin/busybox': '/bin/busybox',
      '/bin/sh': '/bin/busybox',
      '/usr/bin/dig': '/usr/bin/dig',
      '/usr/bin/getent': '/usr/bin/getent',
      '/usr/sbin/dnsmasq': '/usr/sbin/dnsmasq',
      ...accounts,
    },
  },
]

/** The images, each a docker-archive `image.tar`. */
export function imageParts(programs: readonly Part[], rootfs: Part): Part[] {
  return recipes.map(recipe => {
    const used = programs.filter(part => recipe.programs.some(program => program.part === part.name))
    const { plugins = '' } = recipe
    return {
      name: `image-${recipe.name}`,
      key: keyOf(JSON.stringify(recipe), String(plugins), rootfs.key, ...used.map(part => part.key), writer),
      make: async into => {
        const files = [...programFiles(recipe, used), ...(await debianFiles(recipe, join(pathOf(rootfs), 'root')))]
        await writeFile(join(into, 'image.tar'), await archive(recipe, files))
      },
    }
  })
}

function programFiles(recipe: Recipe, parts: readonly Part[]): LayerFile[] {
  const texts = Object.entries(recipe.texts ?? {}).map(([path, text]) => {
    return { path, content: Buffer.from(text), mode: 0o644 }
  })
  const programs = recipe.programs.flatMap(({ part: name, path, bindsLowPorts = false }) => {
    const part = parts.find(part => part.name === name)
    return part ? [{ path, content: readFileSync(join(pathOf(part), name)), mode: 0o755, bindsLowPorts }] : []
  })
  return [...texts, ...programs]
}

async function debianFiles(recipe: Recipe, root: string): Promise<LayerFile[]> {
  const { plugins, debian = {} } = recipe
  const extra = plugins ? filesBelow(join(root, 'usr/lib')).map(file => file.slice(root.length + 1)) : []
  const wanted = new Map(Object.entries(debian))
  for (const file of extra.filter(file => plugins?.test(file))) wanted.set(`/${file}`, `/${file}`)
  for (const library of await libraries(root, [...wanted.values()])) wanted.set(library, library)
  return [...wanted].map(([path, from]) => {
    const file = join(root, resolveIn(root, from))
    return { path, content: readFileSync(file), mode: statSync(file).mode & 0o777 }
  })
}

/** The shared libraries that programs need, by the paths under which they look for them. */
async function libraries(root: string, files: readonly string[]): Promise<string[]> {
  const { stdout } = await attempt(['chroot', root, 'ldd', ...files])
  const found = [...stdout.matchAll(/(?:=>\s+|^\s+)(\/\S+)\s+\(0x/gm)]
  return [...new Set(found.map(match => match[1] ?? ''))]
}
