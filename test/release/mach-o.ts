import { createHash } from 'node:crypto'

/** What a Mac checks before it runs a file: the signature that the file carries, and what is wrong with it. */
export interface Signature {
  readonly identity: string
  readonly adHoc: boolean
  readonly pages: number
  /** Numbers of the pages whose hash is not the signed one. */
  readonly badPages: readonly number[]
  /** Whether everything before the signature is signed, and nothing comes after it. */
  readonly whole: boolean
}

/** A signature that one cannot read, with what was found in its place. */
class MachOError extends Error {}

interface Span {
  readonly start: number
  readonly size: number
}

// Names and layout as in <mach-o/loader.h> and XNU's osfmk/kern/cs_blobs.h; load commands are little, blobs big endian.
const MH_MAGIC_64 = 0xfeedfacf
const LC_SEGMENT_64 = 0x19
const LC_CODE_SIGNATURE = 0x1d
const CSMAGIC_EMBEDDED_SIGNATURE = 0xfade0cc0
const CSMAGIC_CODEDIRECTORY = 0xfade0c02
const CS_ADHOC = 0x2
const hashes: Readonly<Record<number, string>> = { 1: 'sha1', 2: 'sha256' }

/** Which processor a file is for. */
export function processorOf(file: Buffer): string {
  return { 16777223: 'amd64', 16777228: 'arm64' }[file.readUInt32LE(4)] ?? 'unknown'
}

/** Where a segment is in the file; an error when there is none of that name. */
export function segment(file: Buffer, name: string): Span {
  for (const { type, at } of loadCommands(file)) {
    if (type !== LC_SEGMENT_64) continue
    if (file.toString('latin1', at + 8, at + 24).replace(/\0+$/, '') !== name) continue
    return { start: Number(file.readBigUInt64LE(at + 40)), size: Number(file.readBigUInt64LE(at + 48)) }
  }
  throw new MachOError(`there is no segment ${name}`)
}

/** Reads every signature of a file (there is one for each kind of hash) and hashes every page that they sign. */
export function readSignatures(file: Buffer): Signature[] {
  const place = signaturePlace(file)
  const blob = file.subarray(place.start, place.start + place.size)
  if (blob.readUInt32BE(0) !== CSMAGIC_EMBEDDED_SIGNATURE) throw new MachOError('what is there is no signature')
  const linkedit = segment(file, '__LINKEDIT')
  const ends = [place.start + place.size, linkedit.start + linkedit.size]
  const last = ends.every(end => end === file.length)
  const directories = blobsOf(blob).filter(b => b.readUInt32BE(0) === CSMAGIC_CODEDIRECTORY)
  return directories.map(directory => readDirectory(directory, file, place.start, last))
}

function* loadCommands(file: Buffer): Generator<{ type: number; at: number }> {
  if (file.readUInt32LE(0) !== MH_MAGIC_64) throw new MachOError('this is no 64-bit Mach-O file')
  let at = 32
  for (let i = file.readUInt32LE(16); i > 0; i--) {
    yield { type: file.readUInt32LE(at), at }
    at += file.readUInt32LE(at + 4)
  }
}

/** Where the signature is; an error when there is none. */
export function signaturePlace(file: Buffer): Span {
  for (const { type, at } of loadCommands(file)) {
    if (type === LC_CODE_SIGNATURE) return { start: file.readUInt32LE(at + 8), size: file.readUInt32LE(at + 12) }
  }
  throw new MachOError('the file is not signed')
}

function blobsOf(superBlob: Buffer): Buffer[] {
  const offsets = Array.from({ length: superBlob.readUInt32BE(8) }, (_, i) => superBlob.readUInt32BE(12 + i * 8 + 4))
  return offsets.map(offset => superBlob.subarray(offset, offset + superBlob.readUInt32BE(offset + 4)))
}

function readDirectory(directory: Buffer, file: Buffer, signatureStart: number, last: boolean): Signature {
  const identity = directory.readUInt32BE(20)
  const pages = directory.readUInt32BE(28)
  const limit = directory.readUInt32BE(32)
  const size = 2 ** directory.readUInt8(39)
  return {
    identity: directory.toString('utf8', identity, directory.indexOf(0, identity)),
    adHoc: (directory.readUInt32BE(12) & CS_ADHOC) !== 0,
    pages,
    badPages: badPages(directory, file.subarray(0, limit), size),
    whole: last && limit === signatureStart && pages === Math.ceil(limit / size),
  }
}

function badPages(directory: Buffer, signed: Buffer, pageSize: number): number[] {
  const start = directory.readUInt32BE(16)
  const length = directory.readUInt8(36)
  const hash = hashes[directory.readUInt8(37)]
  if (hash === undefined) throw new MachOError('the pages are hashed in an unknown way')
  const bad: number[] = []
  for (let page = 0; page < directory.readUInt32BE(28); page++) {
    const content = signed.subarray(page * pageSize, (page + 1) * pageSize)
    const wanted = directory.subarray(start + page * length, start + (page + 1) * length)
    const found = createHash(hash).update(content).digest().subarray(0, length)
    if (!found.equals(wanted)) bad.push(page)
  }
  return bad
}
