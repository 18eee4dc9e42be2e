# Completion of kbvault for fish: asks `kbvault __complete` what fits.
function __kbvault_complete
    set -l before (commandline -opc)
    set -l typed (commandline -ct)
    set -l word (string unescape -- "$typed"; or echo -- "$typed")
    set -l lines ($before[1] __complete -- $before[2..] "$word" 2>/dev/null)
    test (count $lines) -gt 0; or return
    set -l paths $lines[-1]
    set -e lines[-1]
    test (count $lines) -gt 0; and printf '%s\n' $lines
    switch $paths
        case :files
            __fish_complete_path "$typed"
        case :folders
            __fish_complete_directories "$typed"
    end
end
complete -c kbvault -f -a '(__kbvault_complete)'
