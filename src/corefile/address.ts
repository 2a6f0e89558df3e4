/** `name:port` or `[name]:port` apart; `port` is null when the text names none. Brackets go either way. */
export function hostPort(text: string): { host: string; port: string | null } {
  const [, bracketed, port] = /^\[([^[\]]*)\](?::(.*))?$/.exec(text) ?? []
  if (bracketed !== undefined) return { host: bracketed, port: port ?? null }
  const parts = text.split(':')
  if (parts.length === 2) return { host: parts[0] ?? '', port: parts[1] ?? '' }
  return { host: withoutBrackets(text), port: null }
}

function withoutBrackets(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && '[]'.includes(text.charAt(start))) start++
  while (start < end && '[]'.includes(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** Takes the part after `%` out: `9.9.9.9%dns.quad9.net:853`, `[fe80::1%eth0]:53` (plugin/forward/setup.go, splitZone). */
export function splitServerName(text: string): { bare: string; serverName: string | null } {
  const percent = text.lastIndexOf('%')
  if (percent < 0) return { bare: text, serverName: null }
  const [, name, , port] = /^(.*?)(\])?(:[^:]*)?$/s.exec(text.slice(percent + 1)) ?? []
  const head = text.slice(0, percent)
  return { bare: `${head}${head.startsWith('[') ? ']' : ''}${port ?? ''}`, serverName: name ?? '' }
}

/** Whether a target that is no address is spelled as a path; CoreDNS asks the file system and so cannot be followed. */
export function isFileTarget(text: string): boolean {
  return text.includes('/')
}

/** Whether Go's net.SplitHostPort takes the text: `:8080`, `0.0.0.0:8080`, `[::]:8080`. */
export function isHostPort(text: string): boolean {
  return /^(?:[^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(text)
}
