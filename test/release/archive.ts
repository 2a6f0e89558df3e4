import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Platform } from '../../krew/platforms.ts'
import { releaseFolder } from '../../krew/release.ts'

/** What the release calls a platform's archive. */
export const archiveOf = ({ os, arch }: Platform): string =>
  `kubectl-dnsfix_${os}_${arch}.${os === 'windows' ? 'zip' : 'tar.gz'}`

/** What stands beside the program in every archive. */
export const texts = ['CHANGELOG.md', 'LICENSE', 'README.md', 'kubectl-dnsfix.1']

/** Krew's manifest as the release has it. */
export const released = join(releaseFolder, 'krew', 'dnsfix.yaml')

/** File name → sha256, as the release's checksums.txt has it. */
export function checksums(): Map<string, string> {
  const lines = readFileSync(join(releaseFolder, 'checksums.txt'), 'utf8').trim().split('\n')
  return new Map(lines.map(line => line.split(/\s+/)).map(([sum = '', name = '']) => [name, sum]))
}

/**
 * Krew's manifest from the template for the index, as krew-release-bot makes it (pkg/source/template.go): the checksum
 * is indented by four, whatever stands before. `sums` is by file name.
 */
export function render(template: string, tag: string, sums: ReadonlyMap<string, string>): string {
  const filled = template.replaceAll(/\{\{ ?addURIAndSha "([^"]+)" \.TagName ?\}\}/g, (_, address: string) => {
    const sum = sums.get(address.split('/').at(-1) ?? '')
    if (sum === undefined) throw new Error(`the release has no ${address}`)
    return `uri: ${address}\n    sha256: ${sum}`
  })
  return filled.replaceAll(/\{\{ ?\.TagName ?\}\}/g, tag)
}
