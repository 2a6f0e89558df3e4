import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { shortNames } from '../../src/report/short-names.ts'

const test = suite('short names')

const cases: readonly [names: readonly string[], most: number, short: readonly string[]][] = [
  [[], 10, []],
  [['w1', 'cp1'], 10, ['w1', 'cp1']],
  [['coredns-7d764666f9-dlnbr', 'coredns-7d764666f9-nnp6p'], 14, ['…-dlnbr', '…-nnp6p']],
  [['coredns-7d764666f9-dlnbr'], 14, ['…-dlnbr']],
  [['coredns-7d764666f9-dlnbr', 'coredns-5c98db65d4-x'], 14, ['…64666f9-dlnbr', '…-5c98db65d4-x']],
  [['ip-10-0-1-2.eu.internal', 'ip-10-0-1-3.eu.internal'], 14, ['ip-10-0-1-2…', 'ip-10-0-1-3…']],
  [['pool-a-with-a-long-name-x1.eu.internal', 'pool-a-with-a-long-name-x2.eu.internal'], 14, ['…-x1…', '…-x2…']],
  // Neither their beginnings nor their ends tell them apart.
  [
    ['aaaaaaaaaaa-b-ccccccccccc', 'aaaaaaaaaaa-d-ccccccccccc'],
    8,
    ['aaaaaaaaaaa-b-ccccccccccc', 'aaaaaaaaaaa-d-ccccccccccc'],
  ],
]
for (const [names, most, short] of cases) {
  test(`${names.join(', ')} in ${most}`, () => {
    assert.equal([...shortNames(names, most).values()], short)
    assert.equal([...shortNames(names, most).keys()], names)
  })
}

test.run()
