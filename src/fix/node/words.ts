import { scrub } from '../../kube/failures.ts'
import { type Transcript, told } from './transcript.ts'
import { type Left, NodeFailure } from './work.ts'

/** Problems that the scripts tell of, in words that go on after the name of the node; `{file}` is the file, `{reason}` what the script told. */
const problems: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  changed: ['{file} is no longer what it was when the plan was made', 'Run the command again: it plans anew'],
  'changed-since': [
    'somebody has changed {file} since',
    'Look at it on the node; kubectl dnsfix undo --force takes that back, too',
  ],
  link: ['{file} is a link that leads nowhere', 'Make the file that it leads to, or remove the link, on the node'],
  backup: [
    'the back-up beside {file} is not the original of this run',
    'Look at the two files on the node, and remove the one that is not needed',
  ],
  target: [
    'the resolv.conf that its kubelet would hand out does not exist there, or names no server',
    'Name another one, or repair this node with --method configmap',
  ],
  'read-only': ['{reason} is read-only or missing', 'Change the setting where the system of this node keeps it'],
  'no-systemctl': ['it has no systemctl: how its kubelet is restarted is not known', 'Make the change there by hand'],
  'no-kubeadm': ['it has no kubeadm', 'Use --method kubelet for it'],
  kubeadm: [
    'kubeadm upgrade node phase kubelet-config failed: {reason}',
    'Repair what kubeadm says, and run the command again',
  ],
  'kubeadm-other': [
    'kubeadm wrote another resolvConf than ConfigMap kubelet-config was given: {reason}',
    'A patch of kubeadm on this node may set it: use --method kubelet',
  ],
  'kubeadm-more': [
    'kubeadm would change more than resolvConf in {file}, because it was edited or patched on this node: {reason}',
    'Bring ConfigMap kubelet-config and the file together, or use --method kubelet',
  ],
  kubelet: ['its kubelet did not stay up after the restart', 'Read what it says: journalctl -u kubelet on the node'],
  ended: ['{reason}', 'Run the command again'],
  write: ['{file} could not be written: {reason}', 'See whether the disk of the node is full'],
}

const states: Readonly<Record<Left, string>> = {
  unchanged: 'Nothing was changed there.',
  'put-back': 'The file was put back to what it was, and the kubelet runs.',
  unknown: 'The node needs a look: its kubelet may be down.',
}

/** The failure that a script told of. What programs said by themselves stands in for a reason that it could not tell. */
export function failureOn(on: { node: string; file: string }, transcript: Transcript, left: Left): NodeFailure {
  const problem = told(transcript, 'problem') ?? 'write'
  const [message, hint] = problems[problem] ?? (problems.write as readonly [string, string])
  const reason = told(transcript, 'reason') || told(transcript, '') || 'no reason was told'
  const words = message.replace('{file}', on.file).replace('{reason}', () => scrub(reason))
  const journal = told(transcript, 'journal')
  const lines = problem === 'kubelet' && journal ? `\n${scrub(journal)}` : ''
  return new NodeFailure(`Node ${on.node}: ${words}. ${states[left]}${lines}`, {
    code: `node-${codes[problem] ?? problem}`,
    hint,
    left,
  })
}

/** Some are one thing for a user. */
const codes: Readonly<Record<string, string>> = {
  changed: 'file-changed',
  'changed-since': 'file-changed',
  kubelet: 'kubelet-failed',
  write: 'not-written',
}
