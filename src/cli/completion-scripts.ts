/**
 * Scripts for shells. Each asks `dev __complete` for the words, one a line; no shell reads those
 * again as its own text.
 */
export const COMPLETION_SCRIPTS = {
  bash: `# dev completion bash: eval "$(dev completion bash)" in ~/.bashrc
_dev_complete() {
  local line=\${COMP_LINE:0:COMP_POINT} found
  local -a words
  # By blanks: bash itself would cut at every = and : too.
  read -ra words <<<"$line"
  [[ $line == *[[:blank:]] ]] && words+=('')
  local word=\${words[\${#words[@]}-1]}
  COMPREPLY=()
  while IFS= read -r found; do
    [[ $word == *=* ]] && found=\${found#*=}
    COMPREPLY+=("$found")
  done < <("\${words[0]}" __complete -- "\${words[@]:1}" 2>/dev/null </dev/null)
}
complete -o default -F _dev_complete dev ./dev
`,
  zsh: `#compdef dev
# dev completion zsh: eval "$(dev completion zsh)" in ~/.zshrc, after compinit
_dev_complete() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null </dev/null)}")
  (( \${#found} )) && [[ -n \${found[1]} ]] && compadd -a found || _files
}
compdef _dev_complete dev ./dev
`,
  fish: `# dev completion fish | source, in ~/.config/fish/config.fish
function __dev_complete
  set -l words (commandline -opc) (commandline -ct)
  $words[1] __complete -- $words[2..-1] 2>/dev/null </dev/null
end
complete -c dev -f -a '(__dev_complete)'
`,
} as const;

export type Shell = keyof typeof COMPLETION_SCRIPTS;
