import { isAddress, isLoopback } from '../../dns/address.ts'
import { kubeletFiles, resolverFiles } from './read-script.ts'

type Files = Readonly<Record<string, string | null>>

/** The servers of a resolv.conf that are no loopback addresses, in order (resolv.conf(5)). */
export function realServers(text: string): readonly string[] {
  const named = [...text.matchAll(/^[ \t]*nameserver[ \t]+(\S+)/gm)].map(([, address = '']) => address)
  return [...new Set(named)].filter(address => isAddress(address.replace(/%.*$/, '')) && !isLoopback(address))
}

/** The servers that the node itself asks in the end: those behind its stub, where it has one. */
export function resolversIn(files: Files): readonly string[] {
  const lists = resolverFiles.map(path => realServers(files[path] ?? ''))
  return lists.find(list => list.length > 0) ?? []
}

/** `--resolv-conf=FILE` or `--resolv-conf FILE`, quoted or not */
const flag = /--resolv-conf(?:=|[ \t]+)["']?([^\s"']*)/
const setting = /^resolvConf:[ \t]*["']?([^\s"'#]*)/m

/** The resolv.conf that a kubelet's file names: flags, or a KubeletConfiguration. Null where it names none. */
export const resolvConfIn = (text: string): string | null => flag.exec(text)?.[1] ?? setting.exec(text)?.[1] ?? null

/**
 * The resolv.conf that a kubelet hands out, read off its files: flags before configuration, the administrator's before kubeadm's
 * (10-kubeadm.conf: $KUBELET_EXTRA_ARGS comes last), and the kubelet's default (kubelet/apis/config/v1beta1/defaults.go).
 */
export function resolvConfOf(files: Files): string {
  const { rpmFlags, debFlags, kubeadmFlags, config } = kubeletFiles
  const named = [debFlags, rpmFlags, kubeadmFlags, config].map(path => resolvConfIn(files[path] ?? ''))
  return named.find(path => path !== null) ?? '/etc/resolv.conf'
}
