# Completion of kbvault for bash: asks `kbvault __complete` what fits.
_kbvault() {
  local line=${COMP_LINE:0:COMP_POINT} words=() count=0 space word i
  # Bash cuts words at : and =; what stands together is put together again.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    space=${line%%[![:space:]]*}
    line=${line#"$space"}
    word=${COMP_WORDS[i]}
    ((i == COMP_CWORD)) && word=$line
    line=${line#"$word"}
    if [[ $i -eq 0 || -n $space ]]; then
      words[count++]=$word
    else
      words[count - 1]+=$word
    fi
  done

  local quoted=
  [[ ${words[count - 1]} == [\"\']* ]] && quoted=${words[count - 1]:0:1}
  for ((i = 1; i < count; i++)); do
    word=${words[i]//\\/}
    word=${word#[\"\']}
    ((i < count - 1)) && word=${word%[\"\']}
    words[i]=$word
  done

  # Of a word that bash has cut, it wants the last part only.
  local typed=${words[count - 1]} cut=
  [[ -z $quoted && $typed == *[:=]* ]] && cut=${typed%"${typed##*[:=]}"}

  local reply paths
  reply=$("$1" __complete -- "${words[@]:1}" 2>/dev/null) || return 0
  paths=${reply##*:}
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    [[ -z $word || $word == ":$paths" ]] && continue
    word=${word#"$cut"}
    # What an entry is called must not become a command.
    case $quoted in
      \") word=$(sed 's/[\\"$`]/\\&/g' <<<"$word") ;;
      \') word=${word//\'/\'\\\'\'} ;;
      *) printf -v word %q "$word" ;;
    esac
    COMPREPLY+=("$word")
  done <<<"$reply"
  case $paths in
    files) i=-f ;;
    folders) i=-d ;;
    *) return 0 ;;
  esac
  compopt -o filenames 2>/dev/null
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$i" -- "${typed#"$cut"}")
}
complete -F _kbvault kbvault
