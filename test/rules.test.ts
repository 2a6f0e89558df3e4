import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Code, categoryOf, causeOrder, codes, effects, retired } from '../src/catalog.ts'
import { messageOf, remedyOf } from '../src/finding.ts'
import type { Rule } from '../src/rules/rule.ts'
import type { Evidence, Input } from '../src/snapshot/snapshot.ts'
import { type Case, casesOf, fixtureNames, allRules as rules, takenAt } from './fixtures.ts'

const test = suite('rules')

/** What each rule looked at while its fixtures ran. */
const touched = new Map<string, Set<string>>()

/** Evidence whose parts note that they were looked into; copying the whole (`...evidence`) is no look. */
function watched(evidence: Evidence, seen: Set<string>): Evidence {
  const parts = Object.entries(evidence).map(([input, items]) => {
    const get = (list: object, key: string | symbol) => {
      seen.add(input)
      return Reflect.get(list, key)
    }
    return [input, new Proxy(items, { get })]
  })
  return Object.fromEntries(parts) as Evidence
}

const byCode = (a: { readonly code: string }, b: { readonly code: string }) => (a.code < b.code ? -1 : 1)

function check(rule: Rule, each: Case): void {
  const seen = touched.get(rule.name) ?? new Set()
  touched.set(rule.name, seen)
  const found = [...rule.check(watched(each.evidence, seen), new Date(each.at ?? takenAt))].sort(byCode)
  const codesFound = found.map(f => f.code)
  assert.equal(codesFound, each.expect, each.name)
  assert.equal([...each.expect].sort(), [...each.expect], `${each.name}: expect is sorted`)
  const args = found.map(f => f.args)
  if (each.args) assert.equal(args, [each.args].flat(), each.name)
  if (each.reach)
    assert.equal(
      found.map(f => f.reach),
      [each.reach].flat(),
      each.name,
    )
  for (const f of found) {
    assert.ok(rule.codes.includes(f.code), `${rule.name} declares ${f.code}`)
    assert.ok(f.object.kind !== '' && f.object.name !== '', `${each.name}: ${f.code} names its object`)
    assert.ok(f.evidence.length > 0, `${each.name}: ${f.code} says what was seen`)
    assert.not.match(`${messageOf(f)} ${remedyOf(f)}`, /undefined|null|\[object|\bNaN\b/, each.name)
  }
}

for (const rule of rules) {
  for (const each of casesOf(rule.name)) test(`${rule.name}: ${each.name}`, () => check(rule, each))
}

test('every rule has a fixture file, and every file a rule', () => {
  assert.equal([...fixtureNames].sort(), rules.map(r => r.name).sort())
})

test('every rule is fed with something healthy and something broken', () => {
  for (const rule of rules) {
    const cases = casesOf(rule.name)
    assert.ok(
      cases.some(c => c.expect.length === 0),
      `${rule.name}: healthy`,
    )
    assert.ok(
      cases.some(c => c.expect.length > 0),
      `${rule.name}: broken`,
    )
    assert.is(new Set(cases.map(c => c.name)).size, cases.length, `${rule.name}: two cases of one name`)
  }
})

test('every code is expected by some fixture', () => {
  const expected = new Set(rules.flatMap(r => casesOf(r.name).flatMap(c => c.expect)))
  const missing = codes.filter(code => categoryOf(code) !== 'access' && !expected.has(code))
  assert.equal(missing, [])
})

test('every code belongs to exactly one rule', () => {
  const owned = rules.flatMap(r => r.codes)
  assert.equal(
    [...owned].sort(),
    codes.filter(code => categoryOf(code) !== 'access'),
  )
})

test('a rule is registered under the name of its file', async () => {
  const folder = join(import.meta.dirname, '..', 'src', 'rules')
  const files = ['.', 'path'].flatMap(sub => readdirSync(join(folder, sub)).map(file => join(sub, file)))
  const own = files.filter(file => file.endsWith('.ts') && !['index', 'rule'].includes(basename(file, '.ts')))
  assert.equal(own.map(file => basename(file, '.ts')).sort(), rules.map(r => r.name).sort())
  for (const file of own) {
    const { default: rule } = (await import(`../src/rules/${file}`)) as { default: Rule }
    assert.is(
      rules.find(r => r.name === basename(file, '.ts')),
      rule,
    )
  }
})

test('a rule reads what it declares, and nothing else', () => {
  for (const rule of rules) {
    const declared: readonly Input[] = [...rule.inputs, ...rule.uses]
    assert.is(new Set(declared).size, declared.length, `${rule.name} declares an input twice`)
    assert.equal([...(touched.get(rule.name) ?? [])].sort(), [...declared].sort(), rule.name)
  }
})

test('causes and effects are codes that exist', () => {
  const known = new Set<string>(codes)
  const named = Object.entries(effects).flat(2)
  assert.equal(
    [...named, ...causeOrder].filter(code => !known.has(code)),
    [],
  )
  assert.equal(
    retired.filter(code => known.has(code)),
    [],
    'a retired code is used again',
  )
})

test('every code has its place in the order of causes, once', () => {
  assert.equal(
    [...causeOrder].sort(),
    codes.filter(code => categoryOf(code) !== 'access'),
  )
})

test('nothing is, through others, its own effect', () => {
  for (const code of codes) {
    const reached = new Set<Code>(effects[code] ?? [])
    for (const next of reached) for (const effect of effects[next] ?? []) reached.add(effect)
    assert.not.ok(reached.has(code), code)
  }
})

test('a code is named by its number and has words of its own', async () => {
  const { catalog } = await import('../src/catalog.ts')
  for (const code of codes) {
    assert.match(code, /^DNS[1-79]\d\d$/)
    assert.match(catalog[code].name, /^[A-Z][A-Za-z]+$/, code)
    assert.match(catalog[code].summary, /\.$/, code)
  }
  assert.is(new Set(codes.map(code => catalog[code].name)).size, codes.length)
})

test.run()
