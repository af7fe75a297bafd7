#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# make_root.sh CODENAME DIRECTORY: a Debian of that release, with the fewest packages that it can
# do with, in DIRECTORY, which must not be there yet. As root. What debootstrap has made is kept in
# build/debian/CODENAME, and copied from there.
set -euo pipefail

readonly codename=$1 directory=$2
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly source pristine=$source/build/debian/$codename

# Where this machine's own packages come from, of whichever release they are.
mirror() {
  local ours
  ours=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  # shellcheck disable=SC2016 # apt's own variable
  apt-get indextargets --format '$(SITE)' 'Created-By: Packages' "Codename: $ours" \
    'Component: main' 2>/dev/null | sort -u | head -1
}

if [[ ! -d $pristine ]]; then
  site=$(mirror)
  [[ -n $site ]] || { echo "apt of this machine knows no Debian mirror" >&2 && exit 1; }
  rm -rf "$pristine.new"
  mkdir -p "$pristine.new"
  debootstrap --variant=minbase --include=ca-certificates "$codename" "$pristine.new" "$site"
  mv "$pristine.new" "$pristine"
fi
mkdir -p "$(dirname "$directory")"
rm -rf "$directory.new"
cp -a --reflink=auto "$pristine" "$directory.new"
cp /etc/resolv.conf "$directory.new/etc/"
mv "$directory.new" "$directory"
