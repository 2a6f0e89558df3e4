import { parseDocument } from 'yaml'

/** A text in which the setting cannot be made line by line. */
export type Unclear = { readonly unclear: string }

const setting = /^resolvConf:[ \t]*(?:"[^"\n]*"|'[^'\n]*'|[^\s#]*)/m

/**
 * A KubeletConfiguration with this resolvConf: every other byte stays. A new line goes where kubeadm's order of fields has it. Unclear where
 * the text is no YAML with a field a line.
 */
export function withResolvConf(text: string, path: string): string | Unclear {
  const edited = setting.test(text) ? text.replace(setting, () => `resolvConf: ${path}`) : inserted(text, path)
  const document = parseDocument(edited)
  const isMade = document.errors.length === 0 && document.get('resolvConf') === path
  return isMade ? edited : { unclear: 'it is no YAML with one field a line' }
}

function inserted(text: string, path: string): string {
  const lines = text.split('\n')
  const isLater = (line: string) => /^[a-z]\w*:/i.test(line) && line > 'resolvConf:'
  const at = lines.findIndex(isLater)
  const line = `resolvConf: ${path}`
  if (at >= 0) return lines.toSpliced(at, 0, line).join('\n')
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`
}

const assignment = /^([ \t]*KUBELET_EXTRA_ARGS=)(.*)$/gm

/**
 * The file of the kubelet's extra arguments with this `--resolv-conf`, in the place of another one: other arguments and lines stay. The last
 * assignment is the one that counts (systemd.exec(5), EnvironmentFile). Unclear where a line goes on in the next.
 */
export function withFlag(text: string | null, path: string): string | Unclear {
  const whole = text ?? ''
  const last = [...whole.matchAll(assignment)].at(-1)
  const flag = `--resolv-conf=${path}`
  if (!last) return `${whole}${whole === '' || whole.endsWith('\n') ? '' : '\n'}KUBELET_EXTRA_ARGS=${flag}\n`
  const [line, name = '', value = ''] = last
  const [, quote = '', args = ''] = /^(["']?)(.*)\1[ \t\r]*$/.exec(value) ?? []
  if (/\\$/.test(value) || /["'\\]/.test(args))
    return { unclear: 'KUBELET_EXTRA_ARGS there has quotes in quotes, or more than a line' }
  const others = args.replace(/(^|\s)--resolv-conf(?:=|\s+)\S*/g, '').trim()
  const made = `${name}${quote}${others === '' ? flag : `${others} ${flag}`}${quote}`
  return whole.slice(0, last.index) + made + whole.slice(last.index + line.length)
}
