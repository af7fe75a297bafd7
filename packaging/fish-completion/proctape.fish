# SPDX-License-Identifier: Apache-2.0
# Completion for fish of the commands proctape and proctaped: what --help tells, as the one for bash.

function __proctape_subcommands
    proctape --help 2>/dev/null | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) *\(.*\)/\1\t\2/p'
end

function __proctape_topics
    proctape $argv[1] --help 2>/dev/null |
        sed -n '/^[A-Z]* is one of/,/^$/s/^  \([a-z0-9]*\) .*/\1/p'
end

# Of the subcommand that is typed, or of the daemon.
function __proctape_options
    set -l typed (commandline -opc)
    set -l command $typed[1]
    if test (count $typed) -gt 1; and string match -q '*proctape' $typed[1]
        set command $typed[1] $typed[2]
    end
    $command --help 2>/dev/null | sed -nE 's/^ +(-[A-Za-z],)?(--[a-z-]+).*/\2/p'
end

complete -c proctape -f -n __fish_use_subcommand -a '(__proctape_subcommands)'
complete -c proctape -n '__fish_seen_subcommand_from show' -a '(__proctape_topics show)'
complete -c proctape -n '__fish_seen_subcommand_from plot' -a '(__proctape_topics plot)'
complete -c proctape -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__proctape_options)'
complete -c proctaped -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__proctape_options)'
