import { entry, list } from './entry.ts'

/** 9xx: what could not be seen. */
export const access = {
  DNS901: entry<{ right: string; what: string }>({
    name: 'RightMissing',
    severity: 'warning',
    summary: 'Your user may not read a part of the evidence. What depends on it was left out, not judged to be fine.',
    text: a => `you may not ${a.right}, so ${a.what} was not seen`,
    remedy: a => `ask for the right to ${a.right} (kubectl dnsfix rbac prints all that a command needs)`,
  }),
  DNS902: entry<{ what: string; objects: readonly string[]; why: string }>({
    name: 'EvidenceMissing',
    severity: 'warning',
    summary: 'A part of the evidence could not be read. What depends on it was left out, not judged to be fine.',
    text: a => `${a.what}${a.objects.length ? ` (${list(a.objects)})` : ''} could not be read: ${a.why}`,
    remedy: () => 'run the command again; if it stays, look at the node or Pod that does not answer',
  }),
  DNS903: entry<{ what: string; objects: readonly string[]; why: string }>({
    name: 'EvidencePartial',
    severity: 'info',
    summary: 'Evidence that makes the verdict better, but that it can do without, could not be read.',
    text: a => `${a.what}${a.objects.length ? ` (${list(a.objects)})` : ''} could not be read: ${a.why}`,
    remedy: () => 'nothing has to be done; where it should be there, look at the Pod that does not answer',
  }),
  DNS904: entry<{ nodes: readonly string[]; reason: string }>({
    name: 'ProbeNotStarted',
    severity: 'warning',
    summary:
      'No probe Pod could ask from a node. What Pods there are answered is not known; other nodes were judged without it.',
    text: a => `no probe Pod could ask from ${list(a.nodes)}: ${a.reason}`,
    remedy: () =>
      'do what the reason says (-n NAMESPACE, --image, or a repair of the node), then run the command again',
  }),
} as const
