import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../exec.ts'
import { keyOf } from './key.ts'
import { type Part, pathOf } from './part.ts'

// Ends containerd before the container goes, so that its databases are closed.
const script = `
containerd >/var/lib/containerd/import.log 2>&1 & server=$!
for i in $(seq 100); do ctr version >/dev/null 2>&1 && break; sleep 0.1; done
for image in /mnt/*/image.tar; do ctr -n k8s.io images import "$image" >/dev/null || exit 1; done
kill $server; wait $server
rm /var/lib/containerd/import.log`

/** containerd's folder with every image imported: nodes start from a copy, which is much quicker than importing. */
export function storePart(images: readonly Part[], rootfs: Part): Part {
  return {
    name: 'store',
    key: keyOf(script, rootfs.key, ...images.map(image => image.key)),
    make: async into => {
      await mkdir(join(into, 'containerd'))
      const binds = images.map(image => `--bind-ro=${pathOf(image)}:/mnt/${image.name}`)
      await run([...container(rootfs, join(into, 'containerd')), ...binds, 'sh', '-c', script])
    },
  }
}

function container(rootfs: Part, store: string): string[] {
  const root = `--directory=${join(pathOf(rootfs), 'root')}`
  const alone = ['--register=no', '--keep-unit', '--private-network', '--resolv-conf=off', '--timezone=off']
  const folders = [`--bind=${store}:/var/lib/containerd`, '--tmpfs=/mnt']
  const how = ['--machine=dnsfix-store', '--as-pid2', '--capability=all', '--console=pipe']
  return ['systemd-nspawn', '--quiet', '--read-only', root, ...alone, ...folders, ...how]
}
