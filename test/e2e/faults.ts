import { kubectl } from '../cluster/api.ts'
import { Missing, until } from '../cluster/exec.ts'
import { type Kept, originalOf, restore } from '../cluster/variants/originals.ts'
import { checkJson, codesIn } from './tool.ts'

type Report = Awaited<ReturnType<typeof checkJson>>

export const inSystem = ['-n', 'kube-system'] as const

/** Patches an object of kube-system with a JSON patch. */
export const patch = (object: string, operations: readonly object[]): Promise<string> =>
  kubectl([...inSystem, 'patch', object, '--type=json', '-p', JSON.stringify(operations)])

/** Changes the Corefile that kubeadm made. */
export async function editCorefile(edit: (text: string) => string): Promise<void> {
  const map = JSON.parse(await originalOf('configmap/coredns'))
  const before: string = map.data.Corefile
  const after = edit(before)
  if (after === before) throw new Error(`the Corefile does not hold what was to be changed:\n${before}`)
  map.data.Corefile = after
  await restore('configmap/coredns', JSON.stringify(map))
}

/** New DNS Pods at once, which read what the ConfigMap says now. */
export const recreatePods = (): Promise<string> =>
  kubectl([...inSystem, 'delete', 'pods', '-l', 'k8s-app=kube-dns', '--grace-period=1', '--wait=true'])

/** Puts back what kubeadm made, and returns when the DNS Pods are Ready again. */
export async function repair(...objects: readonly Kept[]): Promise<void> {
  for (const object of objects) await restore(object, await originalOf(object))
  if (objects.includes('configmap/coredns')) await recreatePods()
  await kubectl([...inSystem, 'rollout', 'status', 'deployment/coredns', '--timeout=120s'])
  await checkUntil('the cluster to be healthy again', report => report.verdict === 'healthy')
}

/** Runs `check` until it says what is expected: Kubernetes takes its time until a fault shows. */
export function checkUntil(
  what: string,
  isIt: (report: Report) => boolean,
  args: readonly string[] = [],
): Promise<Report> {
  return until(what, 120, async () => {
    const report = await checkJson(args)
    if (isIt(report)) return report
    return new Missing(
      `check says ${report.verdict}, cause ${report.cause?.code ?? 'none'}, findings ${codesIn(report).join(' ')}`,
    )
  })
}

/**
 * Breaks something, waits until `check` names this cause, and puts everything right again, whatever came of it.
 * Of several codes the first is the cause, and the others lie under it: their evidence may take longer to show.
 */
export async function fault(
  codes: string | readonly string[],
  breakIt: () => Promise<unknown>,
  repairIt: () => Promise<unknown>,
  args: readonly string[] = [],
): Promise<Report> {
  try {
    await breakIt()
    const [cause, ...under] = [codes].flat()
    const isIt = (report: Report) => report.cause?.code === cause && under.every(code => codesIn(report).includes(code))
    return await checkUntil(`check to name ${[codes].flat().join(' and under it ')}`, isIt, args)
  } finally {
    await repairIt()
  }
}
