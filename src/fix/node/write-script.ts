import { kubeletScript } from './kubelet-script.ts'
import { telling } from './transcript.ts'

/**
 * Changes one file of a node and restarts its kubelet, or leaves the node as it was: whatever fails or ends the script puts back what it
 * has done so far. Where it is killed, so that it cannot, the back-up is beside the file; and while kubeadm writes, so is `new`. Its
 * variables: FILE, BEFORE (digest, or `none`), TEXT (base64), AFTER (digest), TARGET (a resolv.conf that must be there, or empty),
 * METHOD (kubeadm or kubelet), BACKUP.
 */
export const writeScript = `${telling}${kubeletScript}
left=unchanged
is_saved=
is_written=
is_restarted=

put_back() {
  if [ "$BEFORE" = none ]; then rm -f "$file"; else mv -f "$backup" "$file"; fi || return 1
  keep "\${file%/*}"
  [ -z "$is_restarted" ] || restart_kubelet
}

finish() {
  set +e
  trap '' HUP INT TERM
  if [ "$left" = written ]; then
    tell_file text "$file"
  elif [ -n "$is_written" ]; then
    left=put-back
    put_back || { left=unknown; tell_journal; }
  elif [ -n "$is_saved" ]; then
    rm -f "$backup"
  fi
  rm -f "$new"
  tell left "$left"
  tell end ''
}
trap finish EXIT
trap '' PIPE
trap 'stop ended "the Pod was ended before its work was done"' HUP INT TERM

save() {
  [ "$BEFORE" != none ] || return 0
  if [ -e "$backup" ]; then
    [ "$(digest "$backup")" = "$BEFORE" ] || stop backup ''
    return 0
  fi
  cp -a "$file" "$new"
  keep "$new"
  [ "$(digest "$new")" = "$BEFORE" ] || stop changed ''
  is_saved=1
  mv "$new" "$backup"
}

others() { grep -v '^resolvConf:' "$1" | sort; }

write_by_kubeadm() {
  is_written=1
  said=$(bounded 40 kubeadm upgrade node phase kubelet-config 2>&1) || stop kubeadm "$said"
  [ "$(grep '^resolvConf:' "$file")" = "$(grep '^resolvConf:' "$new")" ] ||
    stop kubeadm-other "$(grep '^resolvConf:' "$file")"
  [ "$(others "$file")" = "$(others "$new")" ] || stop kubeadm-more "$(diff "$new" "$file" | grep '^[<>+-][^+-]')"
  keep "$file"
  rm -f "$new"
}

write_by_rename() {
  is_written=1
  mv -f "$new" "$file" || { is_written=; stop write ''; }
  keep "\${file%/*}"
}

locate
command -v systemctl > /dev/null || stop no-systemctl ''
[ "$METHOD" != kubeadm ] || command -v kubeadm > /dev/null || stop no-kubeadm ''
[ "$(digest "$file")" = "$BEFORE" ] || stop changed ''
[ -z "$TARGET" ] || grep -Eq '^[[:space:]]*nameserver[[:space:]]+[^[:space:]]' "$ROOT$TARGET" || stop target ''
[ -w "\${file%/*}" ] || stop read-only "\${FILE%/*}"
save
prepare "$new"
[ "$(digest "$new")" = "$AFTER" ] || stop write ''
[ "$(digest "$file")" = "$BEFORE" ] || stop changed ''
if [ "$METHOD" = kubeadm ]; then write_by_kubeadm; else write_by_rename; fi
is_restarted=1
restart_kubelet || { tell_journal; stop kubelet ''; }
left=written
`
