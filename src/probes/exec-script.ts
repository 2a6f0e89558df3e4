import type { ProbeQuestion } from '../snapshot/observations.ts'
import type { Ask } from './prober.ts'

/**
 * A POSIX shell script that puts every question with dig or nslookup: a few targets side by side, each one's first question before
 * its others. Its output is what `readTranscript` reads. It writes no file: the root file system is read-only.
 */
export const execScript = (asks: readonly Ask[]): string =>
  [prelude, ...batches(asks.map(column)).flatMap(batch => [...batch, 'wait']), ''].join('\n')

/** The longest that the script may run: a question has two tries of two seconds, and a batch is as long as its longest column. */
export function longestMs(asks: readonly Ask[]): number {
  const longest = batches(asks).map(batch => Math.max(...batch.map(ask => ask.questions.length)))
  return longest.reduce((sum, questions) => sum + questions * 4000, 10_000)
}

/** Columns at once: each is a shell and a tool, and the container is small. */
const atOnce = 8

const batches = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / atOnce) }, (_, i) => all.slice(i * atOnce, (i + 1) * atOnce))

/** Who does not answer the first question is not asked the rest. */
function column(ask: Ask, index: number): string {
  const [first, ...rest] = ask.questions.map((question, i) => command(ask, `${index}.${i}`, question))
  if (first === undefined) return ''
  const others = rest.length > 0 ? ` && { ${rest.join('; ')}; }` : ''
  return `{ ${first}${others}; } &`
}

const command = ({ to, protocol }: Ask, key: string, { name, type }: ProbeQuestion): string =>
  ['put', key, protocol, to.address, String(to.port), type, `${name}.`].map(quoted).join(' ')

/** One word of a shell, whatever is in it (POSIX, Shell Command Language §2.2.2). */
const quoted = (text: string): string => (/^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/**
 * Time comes from /proc/uptime, in hundredths of a second: not every `date` knows less than seconds.
 * BusyBox before 1.29 asks through libc, and with musl not the server that it is told to: it is not used.
 * Over UDP every question has two tries of two seconds: one lost packet is no silence. `-retry` is the number of tries in BIND's
 * nslookup (set_tries) and in BusyBox's, where `-timeout` is the time of all together (send_queries).
 * `+ignore`: a truncated answer over UDP must not be asked for again over TCP.
 */
const prelude = `exec 2>&1 </dev/null
if command -v dig >/dev/null; then tool=dig
elif command -v nslookup >/dev/null; then tool=nslookup
else tool=none
fi
if [ $tool = nslookup ]; then
  case $(nslookup --help 2>&1) in *BusyBox*) tool=busybox ;; esac
fi
echo "tool $tool"
[ $tool = none ] && exit
if [ $tool = busybox ]; then
  nslookup --help 2>&1 | while read -r line; do case $line in BusyBox*) echo "version $line" ;; esac; done
  case $(nslookup --help 2>&1) in *-type=*) ;; *) exit ;; esac
fi

# protocol, address, port, type, name
query() {
  case $tool.$1 in
    dig.udp) dig +notcp +ignore +noedns +time=2 +tries=2 -p "$3" -t "$4" -q "$5" "@$2" ;;
    dig.tcp) dig +tcp +noedns +time=3 +tries=1 -p "$3" -t "$4" -q "$5" "@$2" ;;
    nslookup.udp) nslookup -timeout=2 -retry=2 "-port=$3" "-type=$4" "$5" "$2" ;;
    nslookup.tcp) nslookup -vc -timeout=3 -retry=1 "-port=$3" "-type=$4" "$5" "$2" ;;
    busybox.udp) nslookup -timeout=4 -retry=2 "-port=$3" "-type=$4" "$5" "$2" ;;
  esac
}

# key, then what query takes; fails when nobody answers
put() {
  key=$1
  shift
  [ "$tool.$1" = busybox.tcp ] && return 1
  read -r begin rest </proc/uptime
  said=$(query "$@" 2>&1)
  read -r end rest </proc/uptime
  printf '%s\\n' "$said" | while IFS= read -r line; do printf '%s %s\\n' "$key" "$line"; done
  printf '%s = %s %s\\n' "$key" "$begin" "$end"
  case $said in *"no servers could be reached"* | *"can't connect"*) return 1 ;; esac
}
`
