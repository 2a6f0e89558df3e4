import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

interface Component {
  readonly 'bom-ref': string
  readonly properties: readonly { readonly name: string }[]
}

interface Dependency {
  readonly ref: string
  readonly dependsOn: readonly string[]
}

const development = 'cdx:npm:package:development'

/**
 * The bill of materials of a release: what is bundled, and the Node of each platform (CycloneDX, by npm from
 * package-lock.json). `time` is the commit's. npm puts the time of the day, a random number and the folder's name in it;
 * the commit's time, a number made from the content and the project's name take their place, so that one commit has one
 * bill. Development packages are taken out here: npm's own --omit=dev also drops what they share with the product.
 */
function billOfMaterials(time: string): object {
  const argv = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx']
  const bill = JSON.parse(
    execFileSync('npm', argv, { cwd: dirname(import.meta.dirname), encoding: 'utf8', maxBuffer: 1e8 }),
  )
  const kept = (bill.components as Component[]).filter(c => !c.properties.some(({ name }) => name === development))
  const { component } = bill.metadata
  const refs = new Set([component['bom-ref'], ...kept.map(c => c['bom-ref'])])
  const dependencies = (bill.dependencies as Dependency[])
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(other => refs.has(other)) }))
  const metadata = {
    ...bill.metadata,
    timestamp: new Date(time).toISOString(),
    component: { ...component, type: 'application', name: 'kubectl-dnsfix' },
  }
  const content = { ...bill, serialNumber: '', metadata, components: kept, dependencies }
  return { ...content, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}` }
}

/** A UUID of version 8: made by a rule of one's own, here from a hash (RFC 9562, section 5.8). */
function uuidOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex')
  const [a, b, c, d, e] = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(13, 16),
    hash.slice(17, 20),
    hash.slice(20, 32),
  ]
  return `${a}-${b}-8${c}-8${d}-${e}`
}

// GoReleaser runs it: sbom.ts FILE TIME.
const [file = '', time = ''] = process.argv.slice(2)
writeFileSync(file, `${JSON.stringify(billOfMaterials(time), null, 2)}\n`)
