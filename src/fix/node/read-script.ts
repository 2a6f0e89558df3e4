import { telling } from './transcript.ts'

/** The kubelet's own files; the first two are kubeadm's, the others the administrator's (kubeadm, 10-kubeadm.conf of deb and rpm). */
export const kubeletFiles = {
  config: '/var/lib/kubelet/config.yaml',
  kubeadmFlags: '/var/lib/kubelet/kubeadm-flags.env',
  debFlags: '/etc/default/kubelet',
  rpmFlags: '/etc/sysconfig/kubelet',
} as const

/** Where systems keep the servers that their own stub asks; the last is what a plain system has. */
export const resolverFiles = [
  '/run/systemd/resolve/resolv.conf',
  '/run/NetworkManager/no-stub-resolv.conf',
  '/run/NetworkManager/resolv.conf',
  '/etc/resolv.conf',
] as const

/**
 * Reads files and looks for programs; changes nothing. Devices, folders, and files longer than any of these are only named. Its variables:
 * FILES and FOLDERS (paths between blanks); ROOT as elsewhere.
 */
export const readScript = `${telling}
set -f
for file in $FILES; do
  if [ -f "$ROOT$file" ] && [ "$(wc -c < "$ROOT$file")" -le 262144 ]; then
    tell_file "file:$file" "$ROOT$file"
  elif [ -e "$ROOT$file" ]; then
    tell odd "$file"
  else
    tell "none:$file" ''
  fi
done
for program in systemctl kubeadm; do
  ! command -v "$program" > /dev/null || tell program "$program"
done
for folder in $FOLDERS; do
  [ -w "$ROOT$folder" ] || tell fixed "$folder"
done
tell end ''
`
