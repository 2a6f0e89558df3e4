import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { toolPath } from '../../krew/tool.ts'
import { outputOf } from '../output.ts'
import { root } from '../runner.ts'

const workflows = globSync('.github/workflows/*.yml', { cwd: root }).map(file => join(root, file))

test('actionlint finds nothing in the workflows', async () => {
  assert.is(workflows.length, 2)
  assert.is(outputOf([await toolPath('actionlint'), '-shellcheck=', '-pyflakes=', ...workflows]), '')
})

test('every action is the one of a commit, and the version is told beside it', () => {
  const uses = workflows.flatMap(file => readFileSync(file, 'utf8').match(/uses: .*$/gm) ?? [])
  assert.ok(uses.length > 5)
  const other = uses.filter(line => !/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))
  assert.equal(other, [])
})

/** The command that verifies the signature of the checksums, in one line. */
const verification = (file: string): string | undefined =>
  /cosign verify-blob (?:.*\\\n)*.*/.exec(readFileSync(join(root, file), 'utf8'))?.[0].replace(/\s*\\\n\s*/g, ' ')

test('README.md verifies the signature as the release itself does before it is published', () => {
  const documented = verification('README.md')
  assert.match(documented ?? '', /^cosign verify-blob --bundle checksums\.txt\.sigstore\.json .* checksums\.txt$/)
  assert.is(documented, verification('.github/workflows/release.yml'))
})

test.run()
