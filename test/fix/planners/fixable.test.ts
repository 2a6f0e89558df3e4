import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fixable } from '../../../src/catalog/fixable.ts'
import { planners } from '../../../src/fix/planners/index.ts'

const test = suite('fixable')

test('what reports call fixable is what there are planners for', () =>
  assert.equal([...fixable].sort(), [...new Set(planners.flatMap(p => p.codes))].sort()))

test.run()
