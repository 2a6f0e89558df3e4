import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { toolPath } from '../../krew/tool.ts'
import { outputOf } from '../output.ts'
import { root } from '../runner.ts'

const workflows = globSync('.github/workflows/*.yml', { cwd: root }).map(file => join(root, file))

/** Not by commit, because it is not known for certain; the comment beside it says so. */
const byVersion = ['rajatjindal/krew-release-bot@v0.0.46']

test('actionlint finds nothing in the workflows', async () => {
  assert.is(workflows.length, 2)
  assert.is(outputOf([await toolPath('actionlint'), '-shellcheck=', '-pyflakes=', ...workflows]), '')
})

test('every action is the one of a commit, and the version is told beside it', () => {
  const uses = workflows.flatMap(file => readFileSync(file, 'utf8').match(/uses: .*$/gm) ?? [])
  assert.ok(uses.length > 5)
  const other = uses.filter(line => !/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))
  assert.equal(
    other.map(line => line.split(' ')[1]),
    byVersion,
  )
})

test.run()
