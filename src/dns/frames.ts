import { type DecodedPacket, decode } from 'dns-packet'

/** Collects chunks until a frame holds the wanted reply; remembers what else came. */
export function reader(wanted: (reply: DecodedPacket) => boolean) {
  let strange = 0
  const self = {
    rest: Buffer.alloc(0) as Buffer,
    take(chunk: Buffer): DecodedPacket | undefined {
      self.rest = Buffer.concat([self.rest, chunk])
      for (let frame = nextFrame(self.rest); frame; frame = nextFrame(self.rest)) {
        self.rest = self.rest.subarray(2 + frame.length)
        const reply = tryDecode(frame)
        if (reply && wanted(reply)) return reply
        strange += frame.length
      }
      return undefined
    },
    waste(): string | undefined {
      const bytes = strange + self.rest.length
      return bytes > 0 ? `${bytes} bytes came that are no answer to the question` : undefined
    },
  }
  return self
}

/** The first whole frame of a buffer, without its length; undefined when more bytes are needed. */
export function nextFrame(buffer: Buffer): Buffer | undefined {
  if (buffer.length < 2) return undefined
  const end = 2 + buffer.readUInt16BE(0)
  return buffer.length < end ? undefined : buffer.subarray(2, end)
}

function tryDecode(frame: Buffer): DecodedPacket | undefined {
  try {
    return decode(frame)
  } catch {
    return undefined
  }
}
