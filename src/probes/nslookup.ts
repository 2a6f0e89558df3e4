import type { Said } from './dig.ts'
import { silenceIn } from './silence.ts'

/**
 * Reads the output of nslookup for one question: of BIND 9 (bin/dig/nslookup.c) and of BusyBox from 1.29 on
 * (networking/nslookup.c). Undefined when it is no output of nslookup, a usage text for example.
 */
export function parseNslookup(text: string, type: string): Said | undefined {
  const failure = /^\*\* server can't find .*: (\w+)\s*$/m.exec(text)?.[1]
  if (failure) return { rcode: failure, answers: [] }
  // Both print the server before what it answered, and only then.
  const [, reply] = /^Server:[^\n]*\nAddress:[^\n]*\n(.*)$/ms.exec(text) ?? []
  if (reply !== undefined) return { rcode: 'NOERROR', answers: answersIn(reply, type) }
  const silence = silenceIn(text)
  return silence ? { silence } : undefined
}

/** `Address: A`, numbered in the BusyBox of OpenWrt; `N has AAAA address A` until BIND 9.10; `N name = PTR`. */
function answersIn(reply: string, type: string): readonly string[] {
  const pattern =
    type === 'PTR' ? /\tname = (\S+?)\.?\s*$/gm : /^(?:Address(?: \d+)?:\s*|\S+\thas AAAA address )(\S+)/gm
  return Array.from(reply.matchAll(pattern), ([, data = '']) => data)
}
