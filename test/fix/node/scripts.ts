import { backupOf, digestOf, encoded } from '../../../src/fix/node/file.ts'
import { restoreScript } from '../../../src/fix/node/restore-script.ts'
import { writeScript } from '../../../src/fix/node/write-script.ts'
import { config, type Host, type How } from './host.ts'

export const before = 'clusterDNS:\n- 10.96.0.10\nresolvConf: /etc/resolv.conf\nsyncFrequency: 0s\n'
export const real = '/run/systemd/resolve/resolv.conf'
export const after = before.replace('/etc/resolv.conf', real)
export const backup = backupOf(config, '7f3a')

interface Wish {
  readonly file?: string
  readonly before?: string | null
  readonly after?: string
  readonly target?: string
  readonly method?: 'kubelet' | 'kubeadm'
}

/** As fix does it. */
export function write(host: Host, wish: Wish = {}, how: How = {}) {
  const { file = config, target = '', method = 'kubelet' } = wish
  const [from, to] = [wish.before === undefined ? before : wish.before, wish.after ?? after]
  const texts = { BEFORE: digestOf(from), TEXT: encoded(to), AFTER: digestOf(to) }
  return host.run(
    writeScript,
    { FILE: file, ...texts, TARGET: target, METHOD: method, BACKUP: backupOf(file, '7f3a') },
    how,
  )
}

/** As undo does it, which knows only what was planned. */
export function restore(host: Host, wish: Wish = {}) {
  const { file = config, method = 'kubelet' } = wish
  const [from, to] = [wish.before === undefined ? before : wish.before, wish.after ?? after]
  const lines = method === 'kubeadm' ? encoded(to) : ''
  const texts = { BEFORE: digestOf(from), TEXT: encoded(from), PRESENT: digestOf(to), LINES: lines }
  return host.run(restoreScript, { FILE: file, BACKUP: backupOf(file, '7f3a'), ...texts })
}

/** In /proc/net/tcp6, of a kubelet that serves. */
export const listening = '   0: 00000000000000000000000000000000:280A 00000000000000000000000000000000:0000 0A 00\n'
export const old = new Date('2026-01-02T03:04:05Z')
