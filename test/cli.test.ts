import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseArgs } from '../src/cli.ts'
import { ExpectedError } from '../src/errors.ts'
import { checkFlags, commands, kubeFlags } from '../src/flags.ts'
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
  ['explain', explain()],
  ['explain DNS301', explain('DNS301')],
  ['explain -- DNS301', explain('DNS301')],
  ['explain upstreamloopback -o yaml', explain('upstreamloopback', 'yaml')],
  ['version', { kind: 'version', output: 'table' }],
  ['version -ojson', { kind: 'version', output: 'json' }],
]
for (const [line, request] of requests) test(line, () => assert.equal(parseArgs(words(line)), request))

test('every flag is in a line above', () => {
  const used = requests.map(([line]) => line).join(' ')
  const flags = [...Object.keys(checkFlags), ...Object.keys(kubeFlags)]
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
  ['explain --context c1', 'There is no flag --context.'],
  ['check -o xml', '--output cannot be "xml"; it is one of table, wide, json, yaml.'],
  ['version -o xml', '--output cannot be "xml"; it is one of table, wide, json, yaml.'],
  ['check --fail-on=never', '--fail-on cannot be "never"; it is one of error, warning, info.'],
  ['check -o', '-o needs a value.'],
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
    let error: unknown
    try {
      parseArgs(words(line))
    } catch (thrown) {
      error = thrown
    }
    assert.instance(error, ExpectedError)
    const { message: told, hint: next, code, exitCode } = error as ExpectedError
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
  const flags = ['--no-external', ...Object.keys(kubeFlags).map(flag => `--${flag}`)]
  for (const flag of flags) assert.ok(textOf('check --help').includes(flag), flag)
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
