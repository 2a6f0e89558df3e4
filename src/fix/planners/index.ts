import configmap from './configmap.ts'
import type { Planner } from './context.ts'
import kubeadm from './kubeadm-plan.ts'
import kubelet from './kubelet-plan.ts'
import loop from './loop.ts'
import rbac from './rbac.ts'
import recreate from './recreate.ts'
import restore from './restore.ts'
import scale from './scale.ts'
import service from './service.ts'

/** Every planner, the least intrusive first. */
export const planners: readonly Planner[] = [service, rbac, scale, restore, loop, recreate, configmap, kubeadm, kubelet]
