import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** How many bytes of a file go over the wire: packed as the release packs it. */
export async function packedSize(file: string): Promise<number> {
  let bytes = 0
  await pipeline(createReadStream(file), createGzip({ level: 6 }), async chunks => {
    for await (const chunk of chunks) bytes += chunk.length
  })
  return bytes
}
