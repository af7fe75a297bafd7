# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For the scripts beside it, which source it with $work set: the package of `./dev deb`, and a
# Debian to try it in, with all that it needs and without it. Made once, and never changed: it is
# in $base. prepare_files DIRECTORY puts there what is to be in /mnt of that Debian.
# Set or not: $codename, of the Debian (this machine's), $packages, where the package is (build/deb).
# Ends with status 77 where this machine cannot do it.

source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
base=${work:?}/debian
readonly source base

skip() {
  echo "SKIPPED: $*"
  [[ ${CI:-} != true ]] || exit 1 # CI is to have all that it needs
  exit 77
}

# ---- What is needed ----

((EUID == 0)) || skip "not root"
for program in debootstrap dpkg-deb; do
  command -v "$program" >/dev/null || skip "no $program here (packaging/packages.txt)"
done
codename=${codename:-$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)}
packages=${packages:-$source/build/deb}
package=$(find "$packages" -maxdepth 1 -name 'proctape_*.deb' 2>/dev/null | sort | tail -1)
[[ -n $package ]] || skip "no package in $packages: ./dev deb makes it"
newer=$(find "$source" \( -path "$source/build" -o -path "$source/.git" -o -path "$source/tests" \
  -o -path "$source/docs/COMPARISON.md" \) \
  -prune -o -type f -newer "$package" -print -quit)
[[ -z $newer ]] || skip "the package in $packages is older than $newer: ./dev deb makes it anew"

# ---- The Debian ----

in_base() { chroot "$base" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

# With what the package depends on, and atop, as a host would have that records so far.
make_base() {
  rm -rf "$work"
  "$source/tests/debian/make_root.sh" "$codename" "$base"
  # No service starts before systemd does.
  printf '#!/bin/sh\nexit 101\n' >"$base/usr/sbin/policy-rc.d"
  chmod 755 "$base/usr/sbin/policy-rc.d"
  in_base apt-get update
  in_base apt-get install -y --no-install-recommends systemd systemd-sysv dbus procps atop
  cp "$package" "$base/proctape.deb"
  local depends
  depends=$(in_base apt-get install --simulate --no-install-recommends /proctape.deb |
    awk '$1 == "Inst" && $2 != "proctape" { print $2 }')
  # shellcheck disable=SC2086 # a word for each package
  in_base apt-get install -y --no-install-recommends $depends
  rm "$base/proctape.deb" "$base/usr/sbin/policy-rc.d"
  # Where the kernel refuses process accounting, as to a container with few capabilities, atopacctd
  # ends without the file by which systemd would know it. Whether systemd hears of that end is a
  # matter of chance where cgroups are those of version 1, which tell nothing to a container: then
  # it waits for the file, and the boot with it.
  mkdir -p "$base/etc/systemd/system/atopacct.service.d"
  printf '[Service]\nTimeoutStartSec=5s\n' >"$base/etc/systemd/system/atopacct.service.d/test.conf"
  for timer in apt-daily.timer apt-daily-upgrade.timer; do
    ln -sf /dev/null "$base/etc/systemd/system/$timer"
  done
}

# What the Debian depends on: it is made anew when that changes.
depends="$(dpkg-deb --field "$package" Depends) $codename $(cksum <"${BASH_SOURCE[0]}")"
if [[ $(cat "$work/depends" 2>/dev/null) != "$depends" ]]; then
  echo "Making a Debian $codename in $base"
  make_base >"$work.log" 2>&1 || { tail -30 "$work.log" && exit 1; }
  echo "$depends" >"$work/depends"
fi

# A newer version of the same, to upgrade to.
prepare_files() {
  cp "$package" "$1/proctape.deb"
  dpkg-deb --raw-extract "$package" "$1/newer"
  sed -i 's/^Version: .*/&+newer/' "$1/newer/DEBIAN/control"
  dpkg-deb --build "$1/newer" "$1/newer.deb" >/dev/null
  rm -rf "$1/newer"
  cp "$source/tests/systemd/in_container.sh" "$1"
  chmod 755 "$1"
}
