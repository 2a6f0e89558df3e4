import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binaryOf } from '../../krew/build.ts'
import { nodeFor } from '../../krew/node.ts'
import { nameOf, platforms } from '../../krew/platforms.ts'
import { processorOf, readSignatures, segment, signaturePlace } from './mach-o.ts'

for (const platform of platforms.filter(({ os }) => os === 'darwin')) {
  test(`${nameOf(platform)}: every page has the hash that is signed, up to the end of the file`, () => {
    const file = readFileSync(binaryOf(platform))
    assert.is(processorOf(file), platform.arch)
    const pages = Math.ceil(signaturePlace(file).start / 4096)
    assert.equal(readSignatures(file), [{ identity: 'kubectl-dnsfix', adHoc: true, pages, badPages: [], whole: true }])
  })

  test(`${nameOf(platform)}: one bit of the program changed is found, and where`, () => {
    const file = readFileSync(binaryOf(platform))
    const { start, size } = segment(file, 'NODE_SEA')
    const place = start + Math.floor(size / 2)
    file.writeUInt8(file.readUInt8(place) ^ 1, place)
    const [signature] = readSignatures(file)
    assert.equal(signature?.badPages, [Math.floor(place / 4096)])
    assert.not.ok(readSignatures(Buffer.concat([file, Buffer.from('more')]))[0]?.whole)
  })

  test(`${nameOf(platform)}: the reader finds nothing wrong with Node as Node's makers signed it`, async () => {
    const signatures = readSignatures(readFileSync(await nodeFor(platform)))
    assert.ok(signatures.length > 0)
    for (const { adHoc, badPages, whole } of signatures)
      assert.equal({ adHoc, badPages, whole }, { adHoc: false, badPages: [], whole: true })
  })
}

test.run()
