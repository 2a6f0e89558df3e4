import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseArgs } from '../src/cli.ts'
import { checkFlags, commands, fixFlags, kubeFlags, undoFlags, verifyFlags } from '../src/flags.ts'
import { refusal } from './cli/refusal.ts'
import { describedFlags } from './help.ts'

const test = suite('cli')

const words = (line: string): readonly string[] => line.split(' ').filter(Boolean)

/** What is left out of an expectation has these values. */
const none = {
  kubeconfig: undefined,
  context: undefined,
  cluster: undefined,
  user: undefined,
  namespace: undefined,
  server: undefined,
  tlsServerName: undefined,
  certificateAuthority: undefined,
  insecureSkipTlsVerify: undefined,
  token: undefined,
  clientCertificate: undefined,
  clientKey: undefined,
  as: undefined,
  asUid: undefined,
  asGroup: undefined,
  requestTimeout: undefined,
}
const usual = {
  kube: none,
  output: 'table',
  failOn: 'error',
  names: [],
  external: true,
  save: undefined,
  redact: false,
  from: undefined,
  verbose: false,
}
const check = (options: object = {}) => ({ kind: 'check', options: { ...usual, ...options } })
const kube = (options: object) => check({ kube: { ...none, ...options } })
const probes = {
  ...usual,
  nodes: { kind: 'default' },
  hostNetwork: false,
  image: undefined,
  waitMs: 0,
  timeoutMs: 120_000,
  keep: false,
}
const verify = (options: object = {}) => ({ kind: 'verify', options: { ...probes, ...options } })
const named = (...names: readonly string[]) => verify({ nodes: { kind: 'names', names } })
const labelled = (selector: object) => verify({ nodes: { kind: 'labels', selector } })
const repair = {
  kube: none,
  output: 'table',
  code: undefined,
  method: undefined,
  upstreams: [],
  stubDomains: {},
  dryRun: 'none',
  yes: false,
  verify: true,
  rollback: true,
  names: [],
  external: true,
  verbose: false,
  timeoutMs: 300_000,
}
const fix = (options: object = {}) => ({ kind: 'fix', options: { ...repair, ...options } })
const back = { kube: none, output: 'table', id: undefined, list: false, yes: false, force: false, verbose: false }
const undo = (options: object = {}) => ({ kind: 'undo', options: { ...back, ...options } })
const versionOf = (options: object = {}) => ({
  kind: 'version',
  options: { kube: none, output: 'table', client: false, verbose: false, ...options },
})
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`
const explain = (code?: string, output = 'table') => ({ kind: 'explain', code, output })

const requests: readonly [line: string, request: object][] = [
  ['check', check()],
  ['check -o json', check({ output: 'json' })],
  ['check -ojson', check({ output: 'json' })],
  ['check -o=json', check({ output: 'json' })],
  ['check --output json', check({ output: 'json' })],
  ['check --output=yaml', check({ output: 'yaml' })],
  ['check -owide', check({ output: 'wide' })],
  ['-o json check', check({ output: 'json' })],
  ['check -o json -o yaml', check({ output: 'yaml' })],
  ['check --fail-on warning', check({ failOn: 'warning' })],
  ['check --fail-on=info', check({ failOn: 'info' })],
  ['check --fail-on info --fail-on error', check({ failOn: 'error' })],
  ['check --name a.example', check({ names: ['a.example'] })],
  ['check --name=a.example=192.0.2.1', check({ names: ['a.example=192.0.2.1'] })],
  ['check --name a.example --name b.example=192.0.2.1', check({ names: ['a.example', 'b.example=192.0.2.1'] })],
  ['--name a.example check', check({ names: ['a.example'] })],
  ['check --no-external', check({ external: false })],
  ['check --external=false', check({ external: false })],
  ['check --save dns.json', check({ save: 'dns.json' })],
  ['check --save dns.json --redact', check({ save: 'dns.json', redact: true })],
  ['check --from=dns.json', check({ from: 'dns.json' })],
  ['check -v', check({ verbose: true })],
  ['check --verbose', check({ verbose: true })],
  ['check -v 6', check({ verbose: true })],
  ['-v 6 check', check({ verbose: true })],
  ['-v check', check({ verbose: true })],
  ['check -v6', check({ verbose: true })],
  ['check -v=6', check({ verbose: true })],
  ['check --v=10', check({ verbose: true })],
  ['check --verbose 1', check({ verbose: true })],
  ['check -v 0', check()],
  ['check --v=0', check()],
  ['check -v=6 -v=0', check()],
  ['check -v=true', check({ verbose: true })],
  ['check --', check()],
  ['check --kubeconfig /a/b', kube({ kubeconfig: '/a/b' })],
  ['check --kubeconfig=', kube({ kubeconfig: '' })],
  ['check --context c1', kube({ context: 'c1' })],
  ['--context=c1 check', kube({ context: 'c1' })],
  ['check --context c1 --context c2', kube({ context: 'c2' })],
  ['check --cluster c1', kube({ cluster: 'c1' })],
  ['check --user u1', kube({ user: 'u1' })],
  ['check -s https://10.0.0.1:6443', kube({ server: 'https://10.0.0.1:6443' })],
  ['check -shttps://10.0.0.1:6443', kube({ server: 'https://10.0.0.1:6443' })],
  ['check --server=10.0.0.1', kube({ server: '10.0.0.1' })],
  ['check --tls-server-name api.example', kube({ tlsServerName: 'api.example' })],
  ['check --certificate-authority ca.crt', kube({ certificateAuthority: 'ca.crt' })],
  ['--insecure-skip-tls-verify check', kube({ insecureSkipTlsVerify: true })],
  ['check --insecure-skip-tls-verify=true', kube({ insecureSkipTlsVerify: true })],
  ['check --token t', kube({ token: 't' })],
  ['check --client-certificate a.crt --client-key a.key', kube({ clientCertificate: 'a.crt', clientKey: 'a.key' })],
  ['check --as alice --as-uid 7', kube({ as: 'alice', asUid: '7' })],
  ['check -n dns', kube({ namespace: 'dns' })],
  ['check -ndns', kube({ namespace: 'dns' })],
  ['check --namespace=dns', kube({ namespace: 'dns' })],
  ['check --as alice --as-group a --as-group b', kube({ as: 'alice', asGroup: ['a', 'b'] })],
  ['--as-group a check', kube({ asGroup: ['a'] })],
  ['check --request-timeout 5s', kube({ requestTimeout: '5s' })],
  ['check --request-timeout=0', kube({ requestTimeout: '0' })],
  ['verify', verify()],
  ['verify -ojunit', verify({ output: 'junit' })],
  ['verify -o wide', verify({ output: 'wide' })],
  ['verify --fail-on warning', verify({ failOn: 'warning' })],
  ['verify --name a.example=192.0.2.1', verify({ names: ['a.example=192.0.2.1'] })],
  ['verify --no-external', verify({ external: false })],
  ['verify --save dns.json --redact --wait 1m', verify({ save: 'dns.json', redact: true, waitMs: 60_000 })],
  ['verify --from dns.json -o junit', verify({ from: 'dns.json', output: 'junit' })],
  ['verify -v 6', verify({ verbose: true })],
  ['verify -n dns', verify({ kube: { ...none, namespace: 'dns' } })],
  ['verify --nodes all', verify({ nodes: { kind: 'all' } })],
  ['verify --nodes 3', verify({ nodes: { kind: 'count', count: 3 } })],
  ['--nodes=3 verify', verify({ nodes: { kind: 'count', count: 3 } })],
  ['verify --nodes w1', named('w1')],
  ['verify --nodes w2,w1.example,w2', named('w2', 'w1.example')],
  ['verify --nodes w2 --nodes w1', named('w1')],
  ['verify --nodes pool=gpu', labelled({ pool: 'gpu' })],
  ['verify --nodes pool==gpu,spot', labelled({ pool: 'gpu', spot: null })],
  ['verify --nodes spot=', labelled({ spot: '' })],
  ['verify --nodes node-role.kubernetes.io/worker', labelled({ 'node-role.kubernetes.io/worker': null })],
  ['--host-network verify --keep', verify({ hostNetwork: true, keep: true })],
  ['--keep verify --nodes=90', verify({ keep: true, nodes: { kind: 'count', count: 90 } })],
  ['verify --keep=false', verify()],
  ['verify --wait 0', verify()],
  ['verify --wait 24h', verify({ waitMs: 86_400_000 })],
  ['verify --timeout 1m30s', verify({ timeoutMs: 90_000 })],
  ['verify --timeout 10s --timeout 30m', verify({ timeoutMs: 1_800_000 })],
  ['verify --image busybox', verify({ image: 'busybox' })],
  ['verify --image r.example:5000/a_b/c--d:v1.2', verify({ image: 'r.example:5000/a_b/c--d:v1.2' })],
  [`verify --image [2001:db8::1]:5000/a@${digest}`, verify({ image: `[2001:db8::1]:5000/a@${digest}` })],
  ['fix', fix()],
  ['fix DNS301', fix({ code: 'DNS301' })],
  ['fix upstreamloopback', fix({ code: 'DNS301' })],
  ['fix -- DNS301', fix({ code: 'DNS301' })],
  ['fix --method configmap', fix({ method: 'configmap' })],
  ['fix --method kubeadm --method=kubelet', fix({ method: 'kubelet' })],
  ['fix --upstream 10.0.0.2', fix({ upstreams: ['10.0.0.2'] })],
  ['fix --upstream=10.0.0.2,10.0.0.3:5353', fix({ upstreams: ['10.0.0.2', '10.0.0.3:5353'] })],
  ['fix --upstream fd00::2 --upstream [fd00::3]:5353', fix({ upstreams: ['fd00::2', '[fd00::3]:5353'] })],
  ['fix --upstream [fd00::2],[10.0.0.2]:53', fix({ upstreams: ['fd00::2', '10.0.0.2:53'] })],
  ['fix --upstream 127.0.0.53', fix({ upstreams: ['127.0.0.53'] })],
  ['fix --stub-domain Corp.Example.=10.0.0.2', fix({ stubDomains: { 'corp.example': ['10.0.0.2'] } })],
  [
    'fix --stub-domain a=10.0.0.2,10.0.0.3:54 --stub-domain b=fd00::2 --stub-domain a=10.0.0.4',
    fix({ stubDomains: { a: ['10.0.0.2', '10.0.0.3:54', '10.0.0.4'], b: ['fd00::2'] } }),
  ],
  ['fix --dry-run', fix({ dryRun: 'client' })],
  ['fix --dry-run DNS301', fix({ dryRun: 'client', code: 'DNS301' })],
  ['--dry-run fix', fix({ dryRun: 'client' })],
  ['fix --dry-run=server', fix({ dryRun: 'server' })],
  ['fix --dry-run server', fix({ dryRun: 'server' })],
  ['fix --dry-run=client --dry-run=none', fix()],
  ['fix --yes', fix({ yes: true })],
  ['-y fix', fix({ yes: true })],
  ['fix -y DNS301', fix({ yes: true, code: 'DNS301' })],
  ['fix -yv', fix({ yes: true, verbose: true })],
  ['fix --no-verify --no-rollback', fix({ verify: false, rollback: false })],
  ['--verify fix --rollback DNS301', fix({ code: 'DNS301' })],
  ['fix --name a.example=192.0.2.1 --no-external', fix({ names: ['a.example=192.0.2.1'], external: false })],
  ['fix --timeout 90s -v 6', fix({ timeoutMs: 90_000, verbose: true })],
  ['fix -ojson -n dns --context c1', fix({ output: 'json', kube: { ...none, namespace: 'dns', context: 'c1' } })],
  ['undo', undo()],
  ['undo 20261122-132000', undo({ id: '20261122-132000' })],
  ['undo --list -o wide', undo({ list: true, output: 'wide' })],
  ['--list undo', undo({ list: true })],
  ['undo --force -y 7', undo({ force: true, yes: true, id: '7' })],
  ['undo -v --context c1 -o yaml', undo({ verbose: true, output: 'yaml', kube: { ...none, context: 'c1' } })],
  ['explain', explain()],
  ['explain DNS301', explain('DNS301')],
  ['explain -- DNS301', explain('DNS301')],
  ['explain upstreamloopback -o yaml', explain('upstreamloopback', 'yaml')],
  ['version', versionOf()],
  ['version -ojson', versionOf({ output: 'json' })],
  ['--client version -v', versionOf({ client: true, verbose: true })],
  ['version --client=false --context c1', versionOf({ kube: { ...none, context: 'c1' } })],
  ['completion bash', { kind: 'completion', shell: 'bash' }],
  ['completion kubectl', { kind: 'completion', shell: 'kubectl' }],
]
for (const [line, request] of requests) test(line, () => assert.equal(parseArgs(words(line)), request))

test('every flag is in a line above', () => {
  const used = requests.map(([line]) => line).join(' ')
  const flags = Object.keys({ ...checkFlags, ...verifyFlags, ...fixFlags, ...undoFlags, ...kubeFlags })
  assert.equal(
    flags.filter(flag => !new RegExp(`--(no-)?${flag}\\b`).test(used)),
    [],
  )
})

const help = 'See: kubectl dnsfix --help'
const mistakes: readonly [line: string, message: string, hint?: string][] = [
  ['', 'No command was given.'],
  ['chek', 'There is no command chek.', 'Did you mean kubectl dnsfix check?'],
  ['explan DNS301', 'There is no command explan.', 'Did you mean kubectl dnsfix explain?'],
  ['frobnicate', 'There is no command frobnicate.'],
  ['check now', 'There is no command now.'],
  ['explain -v', 'There is no flag -v.'],
  ['explain -v6', 'There is no flag -v.'],
  ['check -- now', 'There is no command now.'],
  ['check -- -v', 'There is no command -v.'],
  ['check -v much', 'There is no command much.'],
  ['check --token', '--token needs a value.'],
  ['check -s', '-s needs a value.'],
  ['check --contxt c1', 'There is no flag --contxt.', 'Did you mean --context?'],
  ['check --contxt=c1', 'There is no flag --contxt.', 'Did you mean --context?'],
  ['check --kube-config x', 'There is no flag --kube-config.', 'Did you mean --kubeconfig?'],
  ['check --no-extrenal', 'There is no flag --no-extrenal.', 'Did you mean --external?'],
  ['check --no-color', 'There is no flag --no-color.'],
  ['check -z', 'There is no flag -z.'],
  ['check --frobnicate --also', 'There is no flag --frobnicate.'],
  [
    'explain --context c1',
    'There is no flag --context.',
    'It is a flag of kubectl dnsfix check, fix, verify, undo and version.',
  ],
  ['check --nodes 3', 'There is no flag --nodes.', 'It is a flag of kubectl dnsfix verify.'],
  ['check --keep', 'There is no flag --keep.', 'It is a flag of kubectl dnsfix verify.'],
  ['explain --save a', 'There is no flag --save.', 'It is a flag of kubectl dnsfix check and verify.'],
  ['fix --nodes 3', 'There is no flag --nodes.', 'It is a flag of kubectl dnsfix verify.'],
  ['fix --force', 'There is no flag --force.', 'It is a flag of kubectl dnsfix undo.'],
  ['undo --dry-run', 'There is no flag --dry-run.', 'It is a flag of kubectl dnsfix fix.'],
  ['check --no-rollback', 'There is no flag --no-rollback.', 'It is a flag of kubectl dnsfix fix.'],
  ['fix --upstreams 10.0.0.2', 'There is no flag --upstreams.', 'Did you mean --upstream?'],
  ['fix --from a.json', 'There is no flag --from.', 'It is a flag of kubectl dnsfix check and verify.'],
  ['fxi', 'There is no command fxi.', 'Did you mean kubectl dnsfix fix?'],
  ['udno', 'There is no command udno.', 'Did you mean kubectl dnsfix undo?'],
  ['fix DNS301 DNS302', 'There is no command DNS302.'],
  ['undo 1 2', 'There is no command 2.'],
  ['fix --method', '--method needs a value.'],
  ['fix --upstream', '--upstream needs a value.'],
  ['fix --stub-domain --yes', '--stub-domain needs a value.'],
  ['fix --method dns', '--method cannot be "dns"; it is one of configmap, kubeadm, kubelet.'],
  ['fix --dry-run=yes', '--dry-run cannot be "yes"; it is one of none, client, server.'],
  ['fix -o junit', '--output cannot be "junit"; it is one of table, wide, json, yaml.'],
  ['undo --list 7', '--list shows every run and takes no ID.'],
  ['undo --list --force', '--list and --force cannot be used together.'],
  ['verify --nods 3', 'There is no flag --nods.', 'Did you mean --nodes?'],
  ['verify --host-netwrok', 'There is no flag --host-netwrok.', 'Did you mean --host-network?'],
  ['--tiemout 3s verify', 'There is no flag --tiemout.', 'Did you mean --timeout?'],
  ['check --tiemout 3s', 'There is no flag --tiemout.'],
  ['chek --nods 3', 'There is no flag --nods.', 'Did you mean --nodes?'],
  ['verfy', 'There is no command verfy.', 'Did you mean kubectl dnsfix verify?'],
  ['verify w1', 'There is no command w1.'],
  ['check -o junit', '--output cannot be "junit"; it is one of table, wide, json, yaml.'],
  ['verify -o xml', '--output cannot be "xml"; it is one of table, wide, json, yaml, junit.'],
  ['verify --nodes', '--nodes needs a value.'],
  ['verify --image --keep', '--image needs a value.'],
  ['verify --redact', '--redact needs --save FILE.'],
  ['verify --from a.json --no-external', '--from and --no-external cannot be used together.'],
  ['verify --from a.json --save b.json', '--from and --save cannot be used together.'],
  ['verify --from a.json --name a.example', '--from and --name cannot be used together.'],
  ['verify --from a.json --context b', '--from and --context cannot be used together.'],
  ['verify --from a.json --nodes 2', '--from and --nodes cannot be used together.'],
  ['verify --from a.json --host-network', '--from and --host-network cannot be used together.'],
  ['verify --from a.json --image b', '--from and --image cannot be used together.'],
  ['verify --from a.json --wait 1m', '--from and --wait cannot be used together.'],
  ['verify --from a.json --timeout 1m', '--from and --timeout cannot be used together.'],
  ['verify --from a.json --keep', '--from and --keep cannot be used together.'],
  ['verify --keep --wait 1m', '--keep and --wait cannot be used together.'],
  ['check -o xml', '--output cannot be "xml"; it is one of table, wide, json, yaml.'],
  ['version -o xml', '--output cannot be "xml"; it is one of table, wide, json, yaml.'],
  ['check --fail-on=never', '--fail-on cannot be "never"; it is one of error, warning, info.'],
  ['check -o', '-o needs a value.'],
  ['completion', 'Something is missing: kubectl dnsfix completion <SHELL>.'],
  ['completion tcsh', 'SHELL cannot be "tcsh"; it is one of bash, zsh, fish, powershell, kubectl.'],
  ['completion bash zsh', 'There is no command zsh.'],
  ['check --client', 'There is no flag --client.', 'It is a flag of kubectl dnsfix version.'],
  ['check --output', '--output needs a value.'],
  ['check --fail-on', '--fail-on needs a value.'],
  ['check --name', '--name needs a value.'],
  ['check --name -o json', '--name needs a value.'],
  ['check --save', '--save needs a value.'],
  ['check --from', '--from needs a value.'],
  ['check --context', '--context needs a value.'],
  ['check --as-group', '--as-group needs a value.'],
  ['check --redact', '--redact needs --save FILE.'],
  ['check --from a.json --save b.json', '--from and --save cannot be used together.'],
  ['check --from a.json --name a.example', '--from and --name cannot be used together.'],
  ['check --from a.json --kubeconfig b', '--from and --kubeconfig cannot be used together.'],
  ['check --from a.json --context b', '--from and --context cannot be used together.'],
  ['check --from a.json --cluster b', '--from and --cluster cannot be used together.'],
  ['check --from a.json -s b', '--from and --server cannot be used together.'],
  ['check --from a.json --insecure-skip-tls-verify', '--from and --insecure-skip-tls-verify cannot be used together.'],
  [
    'check --insecure-skip-tls-verify --certificate-authority ca.crt',
    '--insecure-skip-tls-verify and --certificate-authority cannot be used together.',
  ],
  ['check --from a.json --user b', '--from and --user cannot be used together.'],
]
for (const [line, message, hint = help] of mistakes) {
  test(`refused: kubectl dnsfix ${line}`, () => {
    const { message: told, hint: next, code, exitCode } = refusal(words(line))
    assert.equal({ told, next, code, exitCode }, { told: message, next: hint, code: 'usage', exitCode: 2 })
  })
}

const textOf = (line: string): string => {
  const request = parseArgs(words(line))
  return request.kind === 'text' ? request.text : ''
}

test('help names every command, and the flags of each', () => {
  for (const line of ['--help', '-h', 'help']) {
    for (const command of commands) assert.match(textOf(line), new RegExp(`\\bkubectl dnsfix ${command}\\b`))
  }
  const check = ['no-external', ...Object.keys({ ...checkFlags, ...kubeFlags })]
  for (const flag of check) assert.ok(textOf('check --help').includes(`--${flag}`), flag)
  const verify = ['no-external', ...Object.keys({ ...verifyFlags, ...kubeFlags })]
  for (const flag of verify) assert.ok(textOf('verify --help').includes(`--${flag}`), flag)
  const fix = ['no-external', 'no-verify', 'no-rollback', ...Object.keys({ ...fixFlags, ...kubeFlags })]
  for (const flag of fix) assert.ok(textOf('fix --help').includes(`--${flag}`), flag)
  for (const flag of Object.keys({ ...undoFlags, ...kubeFlags }))
    assert.ok(textOf('undo --help').includes(`--${flag}`), flag)
  assert.match(textOf('explain --help'), /DNS301/)
})

test('help fits into 100 columns and describes every flag', () => {
  for (const line of ['--help', ...commands.map(command => `${command} --help`)]) {
    const text = textOf(line)
    assert.ok(
      text.split('\n').every(l => l.length <= 100),
      line,
    )
    assert.equal(
      describedFlags(text).filter(flag => flag.text === ''),
      [],
      line,
    )
  }
})

test('the language of the system makes no difference', () => {
  const before = process.env.LC_ALL
  process.env.LC_ALL = 'de_DE.UTF-8'
  try {
    assert.throws(() => parseArgs(['chek']), /^There is no command chek\.$/)
    assert.match(textOf('check --help'), /Show help/)
  } finally {
    if (before === undefined) delete process.env.LC_ALL
    else process.env.LC_ALL = before
  }
})

test('the version', () => assert.match(textOf('--version'), /^\d+\.\d+\.\d+\S*\n$/))

test.run()
