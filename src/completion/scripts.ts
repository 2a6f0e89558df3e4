import type { Shell } from '../options.ts'

/**
 * What `kubectl dnsfix completion` prints. The shells' scripts complete `kubectl-dnsfix`; `kubectl dnsfix` is completed by
 * kubectl, in every shell that it has itself a script for, through a program on the PATH
 * (k8s.io/kubectl, pkg/cmd/plugin/plugin_completion.go; since 1.26).
 */
export const scripts: Readonly<Record<Shell, string>> = {
  kubectl: `#!/bin/sh
# kubectl's completion of kubectl dnsfix: a file kubectl_complete-dnsfix on the PATH, executable.
exec kubectl-dnsfix __complete "$@"
`,

  // The words are taken from the line: readline would split them at ":" and "=", and wants only what is behind those.
  bash: `# bash completion of kubectl-dnsfix; for kubectl dnsfix see: kubectl dnsfix completion kubectl
__kubectl_dnsfix() {
  local line=\${COMP_LINE:0:COMP_POINT} IFS=$' \\t\\n' words word head answers
  read -a words <<<"$line" || return
  [[ $line == *[[:space:]] ]] && words+=("")
  word=\${words[\${#words[@]}-1]}
  answers=$("\${words[0]}" __completeNoDesc "\${words[@]:1}" 2>/dev/null) || return
  if [[ \${answers##*$'\\n'} == :4 ]]; then compopt +o default 2>/dev/null; fi
  [[ $word == -*=* ]] && word=\${word#*=}
  [[ $word == *[:=]* ]] && head=\${word%"\${word##*[:=]}"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line != :* && $line == "$word"* ]]; then COMPREPLY+=("\${line#"$head"}"); fi
  done <<<"$answers"
}
complete -o default -F __kubectl_dnsfix kubectl-dnsfix
`,

  zsh: `#compdef kubectl-dnsfix
# zsh completion of kubectl-dnsfix; for kubectl dnsfix see: kubectl dnsfix completion kubectl
_kubectl_dnsfix() {
  local -a answers
  local tab=$'\\t' answer
  for answer in "\${(@f)$("\${(Q)words[1]}" __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    answers+=("\${\${answer//:/\\\\:}/$tab/:}")
  done
  (( \${#answers} )) || return 1
  [[ \${words[CURRENT]} == -*=* ]] && compset -P 1 '*='
  if [[ \${answers[-1]} == '\\:0' ]]; then _files; return; fi
  answers[-1]=()
  _describe -t candidates candidate answers
}
if [[ $funcstack[1] == _kubectl-dnsfix ]]; then _kubectl_dnsfix; else compdef _kubectl_dnsfix kubectl-dnsfix; fi
`,

  fish: `# fish completion of kubectl-dnsfix; for kubectl dnsfix see: kubectl dnsfix completion kubectl
function __kubectl_dnsfix
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l answers ($words[1] __complete $words[2..-1] "$word" 2>/dev/null)
    or return
    set -l head (string match -r -- '^-.*?=' "$word")
    if test "$answers[-1]" = :0
        set -l path (string replace -r -- '^-.*?=' '' "$word")
        for file in (complete -C "'' $path")
            echo "$head$file"
        end
        return
    end
    for answer in $answers[1..-2]
        echo "$head$answer"
    end
end
complete -c kubectl-dnsfix -f -a '(__kubectl_dnsfix)'
`,

  powershell: `# PowerShell completion of kubectl-dnsfix; for kubectl dnsfix see: kubectl dnsfix completion kubectl
Register-ArgumentCompleter -Native -CommandName 'kubectl-dnsfix', 'kubectl-dnsfix.exe' -ScriptBlock {
    param($word, $ast, $cursor)
    $line = $ast.Extent.Text
    $length = $cursor - $ast.Extent.StartOffset
    if ($length -lt $line.Length) { $line = $line.Substring(0, $length) }
    $words = @($line -split '\\s+' | Select-Object -Skip 1)
    if ($length -gt $line.Length) { $words += '' }
    # Before 7.3 PowerShell leaves out empty arguments that are not written as quotes.
    if ($PSVersionTable.PSVersion -lt [version]'7.3') { $words = @($words | ForEach-Object { if ($_ -eq '') { '""' } else { $_ } }) }
    $head = if ($word -match '^(-.*?=)') { $Matches[1] } else { '' }
    kubectl-dnsfix __complete @words 2>$null | Where-Object { $_ -notmatch '^:\\d+$' } | ForEach-Object {
        $value, $what = $_ -split "\`t", 2
        if (-not $what) { $what = $value }
        [System.Management.Automation.CompletionResult]::new("$head$value", $value, 'ParameterValue', $what)
    }
}
`,
}
