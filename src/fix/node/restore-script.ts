import { kubeletScript } from './kubelet-script.ts'
import { telling } from './transcript.ts'

/**
 * Gives a node back the file that it had, and restarts its kubelet. The back-up is renamed into its place, so that bytes, owner, mode and
 * times are those of before; without it TEXT is written. Its variables: FILE, BACKUP, PRESENT (digest of what is expected there, or empty
 * for whatever it is), LINES (base64 of that where its lines may stand in another order, or empty), BEFORE (digest, or `none`), TEXT
 * (base64 of what was before).
 */
export const restoreScript = `${telling}${kubeletScript}
left=unchanged
present=

finish() {
  set +e
  trap '' HUP INT TERM
  # It may have come to its end before or after the rename.
  [ "$left" != unknown ] || [ -n "$restarted" ] || [ "$(digest "$file")" != "$present" ] || left=unchanged
  rm -f "$backup.back"
  tell left "$left"
  tell end ''
}
trap finish EXIT
trap '' PIPE
trap 'stop ended "the Pod was ended before its work was done"' HUP INT TERM

# What the run wrote, or kubeadm for it; all but the order of kubeadm's lines has been made sure of where it came to its end.
is_ours() {
  [ -n "$PRESENT" ] && [ "$present" != "$PRESENT" ] && [ "$present" != "$BEFORE" ] || return 0
  [ -n "$LINES" ] && [ -f "$file" ] || return 1
  [ "$(LC_ALL=C sort "$file")" != "$(printf '%s' "$LINES" | base64 -d | LC_ALL=C sort)" ] || return 0
  is_half_done
}

# Where kubeadm was killed at its work, both the back-up and the file that it is compared with are still there; and nobody has written
# the file after the time that it is given.
is_half_done() {
  [ -f "$new" ] && [ "$(digest "$backup")" = "$BEFORE" ] || return 1
  seconds=$(($(stat -c %Y "$file") - $(stat -c %Y "$new")))
  [ "$seconds" -ge 0 ] && [ "$seconds" -le 60 ]
}

give_back() {
  if [ "$BEFORE" = none ]; then
    rm -f "$file"
  elif [ "$(digest "$backup")" = "$BEFORE" ]; then
    mv -f "$backup" "$file"
  else
    prepare "$backup.back"
    [ "$(digest "$backup.back")" = "$BEFORE" ] || stop write ''
    mv -f "$backup.back" "$file"
  fi
  keep "\${file%/*}"
}

locate
command -v systemctl > /dev/null || stop no-systemctl ''
present=$(digest "$file")
is_ours || stop changed-since ''
tell_journal
left=unknown
[ "$present" = "$BEFORE" ] || give_back
restart_kubelet || { tell_journal; stop kubelet ''; }
rm -f "$backup" "$new"
left=restored
`
