/**
 * What the scripts that change a node have in common, in POSIX sh. ROOT is empty but in tests. `restart_kubelet` succeeds once the kubelet
 * has stayed up for a while: systemd takes it for started as soon as its process is there, and it reads its configuration after that.
 */
export const kubeletScript = `
stop() { tell problem "$1"; tell reason "$2"; exit 1; }

place() { if [ -L "$ROOT$1" ]; then readlink -f "$ROOT$1"; else printf '%s' "$ROOT$1"; fi; }

digest() { if [ -e "$1" ]; then sha256sum < "$1" | cut -d ' ' -f 1; else echo none; fi; }

restarted=
restart_kubelet() {
  restarted=$(date +%s)
  systemctl reset-failed kubelet 2> /dev/null
  systemctl daemon-reload && systemctl restart kubelet || return 1
  pid=$(systemctl show -p MainPID kubelet)
  for second in 1 2 3; do
    sleep 1
    systemctl is-active --quiet kubelet || return 1
    [ "$(systemctl show -p MainPID kubelet)" = "$pid" ] || return 1
  done
}

# Since its restart, or for two minutes. Its errors begin with E or F; where it has none, something else has stopped it.
tell_journal() {
  since=\${restarted:-$(($(date +%s) - 120))}
  lines=$(journalctl -u kubelet --since "@$since" -n 200 --no-pager -o cat 2>&1)
  errors=$(printf '%s\\n' "$lines" | grep '^[EF][0-9]' | tail -n 20)
  tell journal "\${errors:-$(printf '%s\\n' "$lines" | tail -n 20)}"
}

# Writes TEXT beside the file, with the owner and the mode of the file; a rename of it is whole or not at all.
prepare() {
  [ ! -e "$file" ] || cp -p "$file" "$new"
  printf '%s' "$TEXT" | base64 -d > "$new"
  sync "$new" 2> /dev/null || sync
}
`
