import { statSync } from 'node:fs'
import { join } from 'node:path'
import { platforms } from '../../krew/platforms.ts'
import { release, releaseFolder } from '../../krew/release.ts'
import { toolPath } from '../../krew/tool.ts'
import { archiveOf } from '../release/archive.ts'
import { type Result, seconds } from './result.ts'

/** How long the release takes once its tools are compiled, and how much a user downloads. */
export async function releases(): Promise<readonly Result[]> {
  for (const tool of ['quill', 'goreleaser'] as const) await toolPath(tool)
  const start = performance.now()
  await release()
  const ms = performance.now() - start
  const sizes = platforms.map(platform => statSync(join(releaseFolder, archiveOf(platform))).size / 1e6)
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)].map(size => size.toFixed(1))
  return [
    { what: 'the release of five platforms', measured: seconds(ms), bar: '≤ 180 s', met: ms <= 180_000 },
    { what: 'download', measured: `${least} to ${most} MB`, bar: '≤ 45 MB', met: Math.max(...sizes) <= 45 },
  ]
}
