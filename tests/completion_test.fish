#!/usr/bin/env fish
# SPDX-License-Identifier: Apache-2.0
#
# completion_test.fish PROCTAPE: what fish offers for unfinished command lines.
set -l directory (dirname (realpath $argv[1]))
set -x PATH $directory $PATH
source (dirname (status filename))/../packaging/fish-completion/proctape.fish
set -g failed 0

# offers LINE WORD...: each WORD is offered for the last of LINE.
function offers
    set -l offered (complete -C $argv[1] | string split -f 1 \t)
    for word in $argv[2..]
        if not contains -- $word $offered
            echo "not offered for '$argv[1]': $word, but $offered" >&2
            set failed 1
        end
    end
end

offers 'proctape ' show info help
offers 'proctape show proce' processes
offers 'proctape show --so' --sort
offers 'proctape plot bub' bubble
offers 'proctape dump --fi' --fields
offers 'proctaped --inter' --interval
exit $failed
