/**
 * What the scripts that change a node have in common, in POSIX sh. ROOT is empty but in tests. They may be ended between any two commands,
 * and the power may fail there: a file is only ever replaced by a rename of one that is on the disk. `restart_kubelet` succeeds once the
 * kubelet has stayed up for a while: systemd takes it for started as soon as its process is there, and it reads its configuration after
 * that. Nothing is waited for without end, for a kubelet that is down ends no Pod at its deadline.
 */
export const kubeletScript = `
file= backup= new=

stop() { tell problem "$1"; tell reason "$2"; exit 1; }

# Beside the file itself, wherever a link leads: a rename to another file system is a copy.
locate() {
  file=$ROOT$FILE
  [ ! -L "$file" ] || file=$(readlink -f "$file") || stop link ''
  backup=$file\${BACKUP#"$FILE"}
  new=$backup.new
}

digest() { if [ -f "$1" ]; then sha256sum < "$1" | cut -d ' ' -f 1; elif [ -e "$1" ]; then echo odd; else echo none; fi; }

# Onto the disk; older ones sync everything.
keep() { sync "$@" 2> /dev/null || sync; }

bounded() { if command -v timeout > /dev/null; then timeout "$@"; else shift; "$@"; fi; }

# On the port that it usually has (10250); no program is needed to see that.
listens() { grep -qs ':280A [0-9A-F]*:[0-9A-F]* 0A ' "$ROOT/proc/net/tcp" "$ROOT/proc/net/tcp6"; }

restarted=
restart_kubelet() {
  restarted=$(date +%s)
  systemctl reset-failed kubelet 2> /dev/null
  bounded 15 systemctl daemon-reload && bounded 45 systemctl restart kubelet || return 1
  pid=$(systemctl show -p MainPID kubelet)
  for second in 1 2 3 4 5 6 7 8 9 10; do
    sleep 1
    systemctl is-active --quiet kubelet || return 1
    [ "$(systemctl show -p MainPID kubelet)" = "$pid" ] || return 1
    [ "$second" -lt 3 ] || ! listens || return 0
  done
}

# Since its restart, or for two minutes. Its errors begin with E or F; where it has none, something else has stopped it.
tell_journal() {
  since=\${restarted:-$(($(date +%s) - 120))}
  lines=$(journalctl -u kubelet --since "@$since" -n 200 --no-pager -o cat 2>&1) || true
  errors=$(printf '%s\\n' "$lines" | grep '^[EF][0-9]' | tail -n 20)
  tell journal "\${errors:-$(printf '%s\\n' "$lines" | tail -n 20)}"
}

# Writes TEXT there, with all that the file has beside its bytes.
prepare() {
  [ ! -e "$file" ] || cp -a "$file" "$1"
  printf '%s' "$TEXT" | base64 -d > "$1"
  keep "$1"
}
`
