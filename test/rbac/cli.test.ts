import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseAllDocuments } from 'yaml'
import { parseArgs } from '../../src/cli.ts'
import { type Grant, grants } from '../../src/rbac.ts'
import { run } from '../../src/run.ts'
import { refusal } from '../cli/refusal.ts'
import { memoryIo } from '../io.ts'

const test = suite('kubectl dnsfix rbac')

const words = (line: string): readonly string[] => line.split(' ')

async function printed(line: string): Promise<string> {
  const io = memoryIo()
  assert.is(await run(words(line), io), 0, io.err())
  return io.out()
}

const options = { method: undefined, namespace: undefined, subjects: [], output: 'yaml' }
const user = (name: string) => ({ kind: 'User', name })

for (const [line, request] of [
  ['rbac check', { command: 'check' }],
  ['rbac verify -n shop -ojson', { command: 'verify', namespace: 'shop', output: 'json' }],
  ['rbac fix --method kubelet', { command: 'fix', method: 'kubelet' }],
  ['rbac fix --user jane --user joe', { command: 'fix', subjects: [user('jane'), user('joe')] }],
  [
    'rbac fix --group system:masters --serviceaccount ci:dns-bot',
    {
      command: 'fix',
      subjects: [
        { kind: 'Group', name: 'system:masters' },
        { kind: 'ServiceAccount', name: 'dns-bot', namespace: 'ci' },
      ],
    },
  ],
] as const)
  test(line, () => assert.equal(parseArgs(words(line)), { kind: 'rbac', options: { ...options, ...request } }))

for (const [line, code, says] of [
  ['rbac undo', 'usage', /no kubectl dnsfix rbac undo.*rbac fix/],
  ['rbac chek', 'usage', /rbac check\?/],
  ['rbac', 'usage', /rbac/],
  ['rbac check --method kubelet', 'usage', /--method is for rbac fix/],
  ['rbac fix --method object', 'usage', /configmap, kubeadm, kubelet/],
  ['rbac check -n Kube_System', 'namespace-invalid', /"Kube_System"/],
  ['rbac check --user=', 'usage', /--user needs a value/],
  ['rbac check --serviceaccount dns', 'serviceaccount-invalid', /ci:dns/],
  ['rbac check --serviceaccount a:b:c', 'serviceaccount-invalid', /"a:b:c"/],
  ['rbac check -o table', 'usage', /yaml, json/],
  ['rbac check --context c1', 'usage', /--context/],
] as const)
  test(`${line} is refused`, () => {
    const error = refusal(words(line))
    assert.is(error.code, code)
    assert.match(`${error.message} ${error.hint}`, says)
  })

test('what is printed is what was made, as YAML and as JSON', async () => {
  const line = 'rbac fix -n kube-system --user jane --serviceaccount ci:dns'
  const documents = parseAllDocuments(await printed(line)).map(document => document.toJS())
  const list = JSON.parse(await printed(`${line} -o json`))
  assert.equal([list.apiVersion, list.kind], ['v1', 'List'])
  assert.equal(documents, list.items)
  const request = parseArgs(words(line))
  assert.ok(request.kind === 'rbac')
  assert.equal(documents, grants(request.options))
})

test('everybody who is named is bound to every role, and nobody else', async () => {
  const line = 'rbac fix -n kube-system --user jane --group dns --serviceaccount ci:dns -o json'
  const items: readonly Grant[] = JSON.parse(await printed(line)).items
  const roles = items.filter(o => /^(Cluster)?Role$/.test(o.kind))
  const bindings = items.filter(o => /Binding$/.test(o.kind))
  assert.is(roles.length, 3)
  assert.equal(
    bindings.map(b => [b.kind, b.metadata, b.roleRef]),
    roles.map(({ kind, metadata }) => [
      `${kind}Binding`,
      metadata,
      { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name },
    ]),
  )
  for (const { subjects } of bindings)
    assert.equal(subjects, [
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' },
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'dns' },
      { kind: 'ServiceAccount', name: 'dns', namespace: 'ci' },
    ])
})

test('manifests for different ends do not overwrite each other', async () => {
  const lines = ['check', 'verify', 'verify -n a', 'fix', 'fix -n a', 'fix -n b', 'fix --method kubelet']
  const names = await Promise.all(lines.map(async line => /name: (\S+)/.exec(await printed(`rbac ${line}`))?.[1]))
  assert.is(new Set(names).size, lines.length, names.join())
})

test.run()
