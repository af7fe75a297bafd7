# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# By busybox in a root that has nothing else: the life of a recorder, and what it takes of memory.
set -eu
busybox() { /bin/busybox "$@"; }

processes=0
while [ "$processes" -lt 48 ]; do
  busybox sleep 1000 &
  processes=$((processes + 1))
done

proctaped --list-sources >/tmp/sources
busybox grep '^gpu .*static' /tmp/sources
if proctaped --interval; then exit 1; fi

proctaped --interval 500ms --format 2.8 &
recorder=$!
# The allocations of the first samples must be over.
busybox sleep 5
busybox sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' /proc/$recorder/status >/tmp/memory
busybox grep -E '^(VmHWM|VmRSS|RssAnon|RssFile|Threads)' /proc/$recorder/status
kill -HUP $recorder
kill -USR1 $recorder
busybox sleep 1
kill -TERM $recorder
wait $recorder
