#compdef kbvault
# Completion of kbvault for zsh: asks `kbvault __complete` what fits.
_kbvault() {
  local -a lines described
  local line
  lines=("${(@f)$("${words[1]}" __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  for line in "${(@)lines[1,-2]}"; do
    described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  (( ${#described} )) && _describe -V kbvault described
  case ${lines[-1]} in
    :files) _files ;;
    :folders) _files -/ ;;
  esac
}
if [[ ${funcstack[1]} == _kbvault ]]; then _kbvault "$@"; else compdef _kbvault kbvault; fi
