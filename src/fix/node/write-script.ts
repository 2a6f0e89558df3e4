import { kubeletScript } from './kubelet-script.ts'
import { telling } from './transcript.ts'

/**
 * Changes one file of a node and restarts its kubelet, or leaves the node as it was: whatever fails or ends the script puts back what it
 * has done so far. Its variables: FILE, BEFORE (digest, or `none`), TEXT (base64), AFTER (digest), TARGET (a resolv.conf that must be
 * there, or empty), METHOD (kubeadm or kubelet), BACKUP.
 */
export const writeScript = `${telling}${kubeletScript}
file=$(place "$FILE")
backup=$(place "$BACKUP")
new=$backup.new
left=unchanged
is_saved=
is_written=
is_restarted=

put_back() {
  if [ "$BEFORE" = none ]; then rm -f "$file"; else mv -f "$backup" "$file"; fi || return 1
  [ -z "$is_restarted" ] || restart_kubelet
}

finish() {
  set +e
  trap '' HUP INT TERM
  rm -f "$new"
  if [ "$left" = written ]; then
    tell_file text "$file"
  elif [ -n "$is_written" ]; then
    left=put-back
    put_back || { left=unknown; tell_journal; }
  elif [ -n "$is_saved" ]; then
    rm -f "$backup"
  fi
  tell left "$left"
  tell end ''
}
trap finish EXIT
trap 'stop ended "the Pod was ended before its work was done"' HUP INT TERM

save() {
  [ "$BEFORE" != none ] || return 0
  if [ -e "$backup" ]; then
    [ "$(digest "$backup")" = "$BEFORE" ] || stop backup ''
    return 0
  fi
  cp -p "$file" "$new"
  mv "$new" "$backup"
  is_saved=1
}

others() { grep -v '^resolvConf:' "$1" | sort; }

write_by_kubeadm() {
  is_written=1
  said=$(kubeadm upgrade node phase kubelet-config 2>&1) || stop kubeadm "$said"
  [ "$(grep '^resolvConf:' "$file")" = "$(grep '^resolvConf:' "$new")" ] ||
    stop kubeadm-other "$(grep '^resolvConf:' "$file")"
  [ "$(others "$file")" = "$(others "$new")" ] || stop kubeadm-more "$(diff "$new" "$file" | grep '^[<>+-][^+-]')"
  rm -f "$new"
}

command -v systemctl > /dev/null || stop no-systemctl ''
[ "$METHOD" != kubeadm ] || command -v kubeadm > /dev/null || stop no-kubeadm ''
[ "$(digest "$file")" = "$BEFORE" ] || stop changed ''
[ -z "$TARGET" ] || grep -Eq '^[[:space:]]*nameserver[[:space:]]+[^[:space:]]' "$ROOT$TARGET" || stop target ''
[ -w "\${file%/*}" ] || stop read-only "\${FILE%/*}"
save
prepare
[ "$(digest "$new")" = "$AFTER" ] || stop write ''
if [ "$METHOD" = kubeadm ]; then
  write_by_kubeadm
else
  is_written=1
  mv -f "$new" "$file"
fi
is_restarted=1
restart_kubelet || { tell_journal; stop kubelet ''; }
left=written
`
