import type { Command } from '../flags.ts'

/** What --help and the man page say of a command, beside its flags. */
export interface CommandText {
  /** its name and the words after it */
  readonly usage: string
  readonly summary: string
  /** command lines without `kubectl dnsfix`, each with what it is for */
  readonly examples: readonly (readonly [line: string, what: string])[]
  readonly exitCodes: string
}

const looked = '0 nothing found at or above --fail-on; 1 found; 2 could not look'
const told = '0 shown; 2 not understood'

/** The program itself. */
export const about = 'Finds out why Pods cannot resolve names, and repairs it.'

export const texts: Readonly<Record<Command, CommandText>> = {
  check: {
    usage: 'check',
    summary: 'Find out what is wrong with cluster DNS; changes nothing',
    examples: [
      ['check', 'What is wrong with DNS in the current context'],
      ["check -o json | jq -r '.findings[].message'", 'The same for scripts'],
      ['check --save dns.json', 'Keep the evidence; judge it later with --from dns.json'],
    ],
    exitCodes: looked,
  },
  fix: {
    usage: 'fix [CODE]',
    summary: 'Repair cluster DNS: shows the plan, asks, applies, proves',
    examples: [
      ['fix --dry-run=client', 'What would be changed, and which other ways there are'],
      ['fix --upstream 10.0.0.2,10.0.0.3', 'Repair, and send names outside the cluster there'],
      ['fix --method kubelet --yes', 'Repair on the nodes, without being asked'],
    ],
    exitCodes:
      '0 repaired, nothing to do or a dry run; 1 not repaired, or names still fail; 2 could not look, act or prove',
  },
  verify: {
    usage: 'verify',
    summary: 'Prove from Pods on the nodes that names resolve',
    examples: [
      ['verify', 'Do names resolve from Pods on every node?'],
      ['verify --nodes w1,w2 --host-network', 'Is it the Pod network or that of the node?'],
      ['verify --wait 5m', 'Until it passes, as after a repair'],
      ['verify -o junit > dns.xml', 'For a CI system'],
    ],
    exitCodes: looked,
  },
  undo: {
    usage: 'undo [ID]',
    summary: 'Take back what fix has done',
    examples: [
      ['undo --list', 'What was done here, and when'],
      ['undo', 'Take back the newest'],
    ],
    exitCodes: '0 taken back or nothing to take back; 1 not taken back; 2 could not look or act',
  },
  explain: {
    usage: 'explain [CODE]',
    summary: 'What a code means and how it is repaired',
    examples: [
      ['explain DNS301', 'What it means, what it comes from, what it leads to'],
      ['explain', 'All codes'],
      ["explain -o json | jq -r '.[].code'", 'The same for scripts'],
    ],
    exitCodes: told,
  },
  rbac: {
    usage: 'rbac <COMMAND>',
    summary: 'Print the manifest with the rights that a command needs',
    examples: [
      ['rbac check --user jane | kubectl apply -f -', 'Let somebody look; naming nobody, it has roles only'],
      ['rbac verify -n shop --serviceaccount ci:dns', 'With probe Pods in that namespace only'],
      ['rbac fix -n kube-system --group dns-admins', 'Let a group run fix -n kube-system, and undo'],
    ],
    exitCodes: told,
  },
  version: {
    usage: 'version',
    summary: "Print the version, and the cluster's",
    examples: [
      ['version', 'Of this program, of Node in it, and of the API server'],
      ['version --client -o json', 'For a bug report; no cluster is asked'],
    ],
    exitCodes: '0 shown; 2 the server could not be asked',
  },
  completion: {
    usage: 'completion <SHELL>',
    summary: 'Print the script that completes command lines in a shell',
    examples: [
      ['completion kubectl > kubectl_complete-dnsfix', 'Made executable and put on the PATH: kubectl completes dnsfix'],
      ['completion bash > kubectl-dnsfix.bash', 'To be sourced: bash completes kubectl-dnsfix'],
      ['completion zsh > _kubectl-dnsfix', 'To be put into a folder of fpath'],
      ['completion fish > kubectl-dnsfix.fish', 'To be put into ~/.config/fish/completions'],
      ['completion powershell > kubectl-dnsfix.ps1', 'To be dotted in the profile'],
    ],
    exitCodes: told,
  },
}
