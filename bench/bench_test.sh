#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The benchmark works: it measures next to nothing, with all its parts, and leaves nothing behind.
#   bench_test.sh BUILD_DIRECTORY
set -euo pipefail
build=$1
directory=$(mktemp --directory)
trap 'rm -rf "$directory"' EXIT
export TMPDIR=$directory
"$(dirname "$0")/run" "$build" --smoke --output "$directory/page.md" >"$directory/printed"

fail() {
  echo "$1" >&2
  cat "$directory/page.md" >&2
  exit 1
}
for wanted in '## Goals' '| atop -w ' '| proctaped, /proc ' '| bare loop ' '## Large hosts' \
  '## The start' '## Processes that end' "## The system's sources"; do
  grep -qF -- "$wanted" "$directory/page.md" || fail "not on the page: $wanted"
done
cmp "$directory/page.md" <(head -c -1 "$directory/printed") || fail "printed is another page"
left=$(find "$directory" -mindepth 1 ! -name page.md ! -name printed)
[[ -z $left ]] || fail "left behind: $left"
if pgrep --full "$build/bench/proctape_population|$directory" >/dev/null; then
  fail "processes are left behind"
fi
