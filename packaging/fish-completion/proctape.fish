# SPDX-License-Identifier: Apache-2.0
# Completion for fish of the commands proctape and proctaped: what --help tells, as the one for bash.

function __proctape_subcommands
    proctape --help 2>/dev/null | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) *\(.*\)/\1\t\2/p'
end

function __proctape_topics
    proctape show --help 2>/dev/null |
        sed -n '/^TOPIC is one of/,/^$/s/^  \([a-z]*\) .*/\1/p'
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
complete -c proctape -n '__fish_seen_subcommand_from show' -a '(__proctape_topics)'
complete -c proctape -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__proctape_options)'
complete -c proctaped -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__proctape_options)'
