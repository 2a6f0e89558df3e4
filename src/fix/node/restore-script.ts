import { kubeletScript } from './kubelet-script.ts'
import { telling } from './transcript.ts'

/**
 * Gives a node back the file that it had, and restarts its kubelet. The back-up is renamed into its place, so that bytes, owner, mode and
 * times are those of before; without it TEXT is written. Its variables: FILE, BACKUP, PRESENT (digest of what is expected there, or empty
 * for whatever it is), BEFORE (digest, or `none`), TEXT (base64 of what was before).
 */
export const restoreScript = `${telling}${kubeletScript}
file=$(place "$FILE")
backup=$(place "$BACKUP")
new=$backup.new
left=unchanged

finish() {
  set +e
  trap '' HUP INT TERM
  rm -f "$new"
  tell left "$left"
  tell end ''
}
trap finish EXIT
trap 'stop ended "the Pod was ended before its work was done"' HUP INT TERM

give_back() {
  if [ "$BEFORE" = none ]; then
    rm -f "$file"
  elif [ "$(digest "$backup")" = "$BEFORE" ]; then
    mv -f "$backup" "$file"
  else
    prepare
    [ "$(digest "$new")" = "$BEFORE" ] || stop write ''
    mv -f "$new" "$file"
  fi
}

command -v systemctl > /dev/null || stop no-systemctl ''
present=$(digest "$file")
[ -z "$PRESENT" ] || [ "$present" = "$PRESENT" ] || [ "$present" = "$BEFORE" ] || stop changed ''
tell_journal
[ "$present" = "$BEFORE" ] || give_back
left=unknown
restart_kubelet || { tell_journal; stop kubelet ''; }
rm -f "$backup"
left=restored
`
