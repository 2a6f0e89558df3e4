import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Transcript, transcriptOf } from '../../../src/fix/node/transcript.ts'

export const config = '/var/lib/kubelet/config.yaml'

/** A folder that scripts take for the root of a node, and programs of the node whose behaviour its files decide. */
export interface Host {
  readonly read: (path: string) => string
  readonly write: (path: string, text: string, mode?: number) => void
  readonly has: (path: string) => boolean
  readonly at: (path: string) => string
  readonly list: (folder: string) => readonly string[]
  /** what systemctl was asked to do, but for questions */
  readonly restarts: () => number
  /** a PATH on which there is nothing else than these programs, and those that it was given before */
  readonly pathOf: (programs: readonly string[]) => string
  readonly run: (script: string, variables: Readonly<Record<string, string>>, how?: How) => Promise<Transcript>
  /** as `run`, but all that was printed */
  readonly log: (script: string, variables: Readonly<Record<string, string>>, how?: How) => Promise<string>
  readonly drop: (path: string) => void
  readonly remove: () => void
}

export interface How {
  /** the PATH instead of the machine's */
  readonly path?: string
  /** how many blocks of 512 bytes a file may have */
  readonly blocks?: number
  /** sends SIGTERM once this file is there */
  readonly endAt?: string
  /** kills the script before the command of that number that changes something on the disk, as a power failure would */
  readonly killAt?: number
}

/** The kubelet is up unless its file says `broken`; with `flapping` it is another process each time. A restart waits for /slow to go. */
const systemctl = `#!/bin/sh
case "$1" in
restart)
  echo restart >> "$ROOT/restarts"
  rm -f "$ROOT/ended"
  while [ -e "$ROOT/slow" ]; do touch "$ROOT/began"; /bin/sleep 0.05; done ;;
is-active) [ ! -e "$ROOT/ended" ] && ! grep -qs broken "$ROOT${config}" "$ROOT/etc/default/kubelet" ;;
show) if grep -qs flapping "$ROOT${config}"; then date +MainPID=%N; else echo MainPID=7; fi ;;
esac
`

/** Writes what is in /kubeadm-writes, or fails. It may be killed when it has written the half of it. */
const kubeadm = `#!/bin/sh
[ "$*" = 'upgrade node phase kubelet-config' ] || exit 9
if [ -e "$ROOT/kubeadm-dies" ]; then head -c 40 "$ROOT/kubeadm-writes" > "$ROOT${config}"; kill -9 $SCRIPT; exit; fi
cat "$ROOT/kubeadm-writes" > "$ROOT${config}" || { echo 'error execution phase kubelet-config' >&2; exit 1; }
`

const programs = {
  systemctl,
  kubeadm,
  journalctl: '#!/bin/sh\necho "I1122 all is well"\necho "E1122 run.go:72] command failed"\n',
  sleep: '#!/bin/sh\n',
}

/** Counts, and kills the script before the one that it is to be killed at. */
const counted = (name: string, folder: string) => `#!/bin/sh
PATH="\${PATH#"$ROOT/counted:"}"
case "$1" in '' | is-active | show) exec ${folder}${name} "$@" ;; esac
echo ${name} >> "$ROOT/count"
[ "$(wc -l < "$ROOT/count")" -ne "$KILL_AT" ] || { kill -9 $SCRIPT; exit 1; }
exec ${folder}${name} "$@"
`
const changing = ['cp', 'mv', 'rm', 'sync', 'base64', 'kubeadm', 'systemctl']

/** Makes a node with these files. */
export function hostWith(files: Readonly<Record<string, string>>): Host {
  const root = mkdtempSync(join(tmpdir(), 'dnsfix-node-'))
  const at = (path: string) => join(root, path)
  const write: Host['write'] = (path, text, mode = 0o644) => {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), text)
    chmodSync(at(path), mode)
  }
  for (const [name, text] of Object.entries(programs)) write(`/bin/${name}`, text, 0o755)
  for (const name of changing) write(`/counted/${name}`, counted(name, name in programs ? '"$ROOT"/bin/' : ''), 0o755)
  for (const [path, text] of Object.entries(files)) write(path, text)
  const has = (path: string) => existsSync(at(path))
  const read = (path: string) => readFileSync(at(path), 'utf8')
  return {
    at,
    write,
    has,
    read,
    list: folder => readdirSync(at(folder)).sort(),
    restarts: () => (has('/restarts') ? read('/restarts').split('\n').length - 1 : 0),
    pathOf: names => {
      const folders = [at('/bin'), ...(process.env.PATH ?? '').split(':')]
      mkdirSync(at('/few'), { recursive: true })
      for (const name of names) {
        const there = folders.map(folder => join(folder, name)).find(existsSync)
        if (there) symlinkSync(there, at(`/few/${name}`))
      }
      return at('/few')
    },
    log: (script, variables, how = {}) => logOf(root, script, variables, how),
    run: async (script, variables, how = {}) => transcriptOf(await logOf(root, script, variables, how)),
    drop: path => rmSync(at(path), { force: true, recursive: true }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

function logOf(root: string, script: string, variables: Readonly<Record<string, string>>, how: How): Promise<string> {
  const { blocks, endAt, killAt = 0 } = how
  const path = how.path ?? `${killAt ? `${root}/counted:` : ''}${root}/bin:${process.env.PATH}`
  const limit = `export SCRIPT=$$\n${blocks === undefined ? '' : `ulimit -f ${blocks}; trap '' XFSZ\n`}`
  const env = { ROOT: root, PATH: path, KILL_AT: String(killAt), ...variables }
  rmSync(join(root, 'count'), { force: true })
  const child = spawn('/bin/sh', ['-ec', limit + script], { env })
  const timer = setInterval(() => {
    if (endAt !== undefined && existsSync(join(root, endAt)) && child.kill('SIGTERM')) {
      clearInterval(timer)
      rmSync(join(root, 'slow'))
    }
  }, 20)
  return new Promise((resolve, reject) => {
    let log = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (log += chunk))
    child.on('error', reject)
    child.on('close', () => {
      clearInterval(timer)
      resolve(log)
    })
  })
}
