#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# install_test.sh BUILD_DIRECTORY: `cmake --install` puts everything in place, in such a way
# that the service finds it, and leaves a configuration that was changed alone.
set -euo pipefail

build=$1
stage=$(mktemp --directory --tmpdir install_test.XXXXXX)
trap 'rm -rf "$stage"' EXIT

install() { DESTDIR=$stage cmake --install "$build" >/dev/null; }

fail() {
  echo "install_test: $*" >&2
  find "$stage" -type f >&2
  exit 1
}

# The one file installed as .../$1.
installed() {
  local found
  found=$(find "$stage" -type f -path "*/$1")
  [[ -n $found && $found != *$'\n'* ]] || fail "expected one $1, found '$found'"
  echo "$found"
}

install
for file in sbin/proctaped bin/proctape doc/proctape/LICENSE doc/proctape/README.md \
  doc/proctape/CHANGELOG.md man1/proctape.1 man5/proctape.toml.5 man8/proctaped.8 \
  completions/proctape completions/proctaped sysusers.d/proctape.conf \
  atop.service.d/proctape.conf; do
  installed "$file" >/dev/null
done
unit=$(installed lib/systemd/system/proctaped.service)
config=$stage/etc/proctape/proctape.toml

! grep '@[A-Z]' "$unit" || fail "the unit still has variables"
program=$stage$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$unit")
[[ -x $program ]] || fail "the unit starts $program, which is not there"
[[ $config == "$(installed etc/proctape/proctape.toml)" ]] || fail "no $config"
"$program" --check-config --config "$config"

install
[[ ! -e $config.new ]] || fail "an unchanged configuration was taken for a changed one"
echo '# changed' >>"$config"
install
grep -q '# changed' "$config" || fail "a changed configuration was overwritten"
[[ -e $config.new ]] || fail "the new default was not put beside the changed configuration"
