#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run_test.sh BUILD_DIRECTORY: the package of `./dev deb` in a Debian that a real systemd boots,
# in a container: in_container.sh there tells whether all is well. The Debian is made once, below
# the build directory, and never changed: what a test writes to it is kept in memory.
# Exit status 77 says that this machine cannot do it.
set -euo pipefail

source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(realpath "$1")/service_test
base=$work/debian
readonly source work base

skip() {
  echo "SKIPPED: $*"
  exit 77
}

# ---- What is needed ----

((EUID == 0)) || skip "not root"
for program in debootstrap systemd-nspawn nsenter; do
  command -v "$program" >/dev/null || skip "no $program here (packaging/packages.txt)"
done
codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# shellcheck disable=SC2016 # apt's own variable
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' "Codename: $codename" \
  'Component: main' 2>/dev/null | sort -u | head -1)
[[ -n $mirror ]] || skip "apt of this machine knows no Debian mirror"
packages=("$source"/build/deb/proctape_*.deb)
package=${packages[0]}
[[ -e $package ]] || skip "no package in build/deb: ./dev deb makes it"
newer=$(find "$source" \( -path "$source/build" -o -path "$source/.git" -o -path "$source/tests" \) \
  -prune -o -type f -newer "$package" -print -quit)
[[ -z $newer ]] || skip "the package in build/deb is older than $newer: ./dev deb makes it anew"

# ---- The Debian ----

in_base() { chroot "$base" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

# With what the package depends on, and atop, as a host would have that records so far.
make_base() {
  rm -rf "$work"
  mkdir -p "$work"
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,procps,atop \
    "$codename" "$base" "$mirror"
  cp /etc/resolv.conf "$base/etc/"
  cp "$package" "$base/proctape.deb"
  local depends
  depends=$(in_base apt-get install --simulate --no-install-recommends /proctape.deb |
    awk '$1 == "Inst" && $2 != "proctape" { print $2 }')
  # shellcheck disable=SC2086 # a word for each package
  in_base apt-get install -y --no-install-recommends $depends
  rm "$base/proctape.deb"
  for timer in apt-daily.timer apt-daily-upgrade.timer; do
    ln -sf /dev/null "$base/etc/systemd/system/$timer"
  done
}

depends=$(dpkg-deb --field "$package" Depends)
if [[ $(cat "$work/depends" 2>/dev/null) != "$depends" ]]; then
  echo "Making a Debian $codename in $base"
  make_base >"$work.log" 2>&1 || { tail -30 "$work.log" && exit 1; }
  echo "$depends" >"$work/depends"
fi

# ---- The tests ----

# A newer version of the same, to upgrade to.
files=$(mktemp --directory --tmpdir proctape_systemd.XXXXXX)
container=
clean_up() {
  [[ -z $container ]] || kill "$container" 2>/dev/null || true
  rm -rf "$files"
}
trap clean_up EXIT
cp "$package" "$files/proctape.deb"
dpkg-deb --raw-extract "$package" "$files/newer"
sed -i 's/^Version: .*/&+newer/' "$files/newer/DEBIAN/control"
dpkg-deb --build "$files/newer" "$files/newer.deb" >/dev/null
rm -rf "$files/newer"
cp "$source/tests/systemd/in_container.sh" "$files"
chmod 755 "$files"

# inside LEADER COMMAND...: in the namespaces of the container's first process.
inside() {
  local leader=$1
  shift
  nsenter --all --target "$leader" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"
}

# Sets leader to the first process of a container that has booted. systemd-nspawn has other,
# short-lived children before.
wait_for_boot() {
  local state
  for _ in {1..600}; do
    read -r leader _ <"/proc/$container/task/$container/children" || true
    state=$([[ -z $leader ]] || inside "$leader" systemctl is-system-running 2>/dev/null || true)
    [[ $state != running && $state != degraded ]] || return 0
    sleep 0.1
  done
  echo "the container does not boot: ${state:-no systemd}"
  return 1
}

# run_in_container TEST NSPAWN_OPTION...: boots, and runs that test of in_container.sh.
run_in_container() {
  local test=$1 leader='' result=0
  shift
  systemd-nspawn --directory="$base" --volatile=overlay --bind="$files:/mnt" --boot --quiet \
    --register=no --keep-unit "$@" >"$files/console" 2>&1 </dev/null &
  container=$!
  { wait_for_boot && inside "$leader" /bin/bash /mnt/in_container.sh "$test"; } || result=$?
  # To systemd: power off.
  kill -s RTMIN+4 "$leader" 2>/dev/null || kill "$container" 2>/dev/null || true
  wait "$container" || true
  container=
  if ((result != 0)); then
    tail -20 "$files/console"
    exit 1
  fi
}

run_in_container life_of_the_package --capability=all --system-call-filter="bpf perf_event_open"
# As containers are by default: without CAP_NET_ADMIN, CAP_BPF and CAP_PERFMON.
run_in_container few_capabilities
echo "All tests of the service passed."
