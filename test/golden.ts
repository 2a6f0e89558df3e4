import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'

const folder = join(import.meta.dirname, 'golden')

/** `UPDATE=1` writes the files again; the difference is for the eyes of whoever commits it. */
export const isUpdate = Boolean(process.env.UPDATE)

/** Holds a whole output against the file that was kept of it. */
export function assertGolden(name: string, text: string): void {
  const path = join(folder, name)
  if (isUpdate) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, text)
  }
  let kept: string
  try {
    kept = readFileSync(path, 'utf8')
  } catch {
    throw new Error(`There is no test/golden/${name}: UPDATE=1 npm run test:unit writes it.`)
  }
  const expected = kept.replaceAll('\r\n', '\n')
  assert.is(text, expected, `test/golden/${name} is something else (UPDATE=1 npm run test:unit writes it again)`)
}

export const goldenFiles = (): readonly string[] => readdirSync(folder).sort()
