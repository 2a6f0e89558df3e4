import { tryKubectl } from '../api.ts'
import { Missing, run, until } from '../exec.ts'
import { type Node, nodes } from '../layout.ts'
import { enter } from '../machine.ts'
import { originalOf, restore, restoreFiles } from './originals.ts'

/** Makes every kubelet hand out this resolv.conf: kubeadm's ConfigMap, the file on each node, and the running kubelet. */
export async function setResolvConf(path: string): Promise<void> {
  const edit = (text: string) => text.replace(/resolvConf: [\w./]+/, `resolvConf: ${path}`)
  await restore('configmap/kubelet-config', edit(await originalOf('configmap/kubelet-config')))
  await Promise.all(nodes.map(node => setOn(node, path, edit)))
}

async function setOn({ name }: Node, path: string, edit: (text: string) => string): Promise<void> {
  const changed = await restoreFiles(name, edit)
  if (changed || (await running(name)) !== path) await run(enter(name, ['systemctl', 'restart', 'kubelet']))
  await until(`the kubelet on ${name}`, 60, async () => {
    const now = await running(name)
    return now === path ? true : new Missing(`it hands out ${now ?? 'nothing, because it does not answer'}`)
  })
}

/** What the running kubelet itself says. */
async function running(node: string): Promise<string | null> {
  const { code, stdout } = await tryKubectl(['get', `--raw=/api/v1/nodes/${node}/proxy/configz`])
  if (code !== 0) return null
  return (JSON.parse(stdout) as { kubeletconfig: { resolvConf?: string } }).kubeletconfig.resolvConf ?? null
}
