/** Holds the scripts by which shells complete the program: each asks the program itself, and evaluates nothing of the answer. PURE. */

const BASH = `# Completion of securitybaseline for bash.
_securitybaseline() {
    local line lines=()
    while IFS= read -r line; do lines+=("$line"); done < <(
        securitybaseline __complete bash -- "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null </dev/null
    )
    local last=$((\${#lines[@]} - 1))
    COMPREPLY=()
    ((last < 0)) && return
    COMPREPLY=("\${lines[@]:0:last}")
    # By :0 the program leaves the word to bash, which completes files.
    [[ \${lines[last]} == :0 ]] || compopt +o default 2>/dev/null
}
complete -o default -F _securitybaseline securitybaseline
`;

const ZSH = `#compdef securitybaseline
# Completion of securitybaseline for zsh.
_securitybaseline() {
    local line name
    local -a before lines found
    before=("\${(@Q)words[2,CURRENT-1]}")
    lines=("\${(@f)$(securitybaseline __complete zsh -- "\${before[@]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)}")
    # By :0 the program leaves the word to zsh, which completes files.
    if [[ \${lines[-1]} == :0 ]]; then
        [[ $PREFIX == --*=* ]] && compset -P '*='
        _files
        return
    fi
    # What _describe takes is name:description, with a backslash before what is no end of the name.
    for line in "\${(@)lines[1,-2]}"; do
        name=\${\${\${line%%$'\\t'*}//\\\\/\\\\\\\\}//:/\\\\:}
        [[ $line == *$'\\t'* ]] && name+=":\${line#*$'\\t'}"
        found+=("$name")
    done
    _describe securitybaseline found
}
if [[ \${funcstack[1]} == _securitybaseline ]]; then
    _securitybaseline "$@"
else
    compdef _securitybaseline securitybaseline
fi
`;

const FISH = `# Completion of securitybaseline for fish.
function __securitybaseline_ask
    set -l words (commandline -opc) (commandline -ct | string unescape)
    set -g __securitybaseline_answer (securitybaseline __complete fish -- $words[2..-1] 2>/dev/null </dev/null)
    set -l last "$__securitybaseline_answer[-1]"
    set -e __securitybaseline_answer[-1]
    # By :0 the program leaves the word to fish, which completes files.
    test "$last" != :0
end
complete -c securitybaseline -n __securitybaseline_ask -f -a '$__securitybaseline_answer'
`;

const POWERSHELL = `# Completion of securitybaseline for PowerShell.
Register-ArgumentCompleter -Native -CommandName securitybaseline -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = $commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
        if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
    }
    $word = $wordToComplete -replace '^[''"]|[''"]$', ''
    $words = @($before) + $word | ForEach-Object { ".$_" }
    $lines = @($null | securitybaseline __complete powershell -- $words 2>$null)
    # By :0 the program leaves the word to PowerShell, which completes files.
    if ($lines.Count -lt 1 -or $lines[-1] -eq ':0') { return }
    $lines | Select-Object -SkipLast 1 | ForEach-Object {
        $value, $description = $_ -split "\`t", 2
        $inserted = $value
        if ($value -notmatch '^[A-Za-z0-9_./:=-]+$') {
            $inserted = "'" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($value) + "'"
        }
        if (-not $description) { $description = $value }
        [System.Management.Automation.CompletionResult]::new($inserted, $value, 'ParameterValue', $description)
    }
}
`;

/** What `completion` prints for each shell. */
export const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL } as const;

/** Shells that have a script. */
export type Shell = keyof typeof SCRIPTS;
