#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run_test.sh PROCTAPE PROCTAPED...: each PROCTAPED, a minimal build, in an Alpine-like root (busybox
# and nothing else), as a service of a real OpenRC, and as the container of
# packaging/kubernetes/daemonset.yaml; what it recorded is read outside, by atop and PROCTAPE.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
packaging=$(realpath "$here/../../packaging")
readonly here packaging
proctape=$(realpath "$1")
shift

# Of the stripped file, in bytes; of an idle host with 50 processes, in KiB.
readonly kMostSize=2000000 kMostMemory=4096

fail() {
  echo "minimal test: $*" >&2
  exit 1
}

((EUID == 0)) || fail "needs root: it mounts and changes its root"
work=$(mktemp --directory --tmpdir proctape_minimal.XXXXXX)
trap 'rm -rf "$work"' EXIT

# in_namespaces SCRIPT...: by bash in mount and pid namespaces of its own, with a /proc for them.
in_namespaces() { unshare --mount --pid --fork --kill-child --propagation private bash "$@"; }

# check_log DIRECTORY RECORDS: there is one log of at least so many, and its readers agree.
check_log() {
  local log records
  log=$(echo "$1"/atop_????????)
  "$proctape" check "$log" || fail "proctape finds fault with $log"
  records=$(atop -r "$log" -P CPU | grep -c '^CPU ')
  ((records >= $2)) || fail "atop finds $records records in $log, expected $2"
  atop -r "$log" -P PRG | grep '(proctaped)' >/dev/null || fail "no process proctaped in $log"
}

check_size() {
  local size
  strip -o "$work/proctaped" "$1"
  size=$(stat --format=%s "$work/proctaped")
  echo "size: $size bytes"
  ((size < kMostSize)) || fail "$1 has $size bytes, more than $kMostSize"
  ! readelf --program-headers "$work/proctaped" | grep INTERP >/dev/null || fail "$1 is not static"
}

in_alpine_like_root() {
  local root=$work/root memory
  rm -rf "$root"
  mkdir -p "$root"/{bin,dev,proc,sys,etc,tmp,var/log/atop,usr/sbin}
  touch "$root/dev/null"
  cp "$(command -v busybox)" "$root/bin/busybox"
  cp "$work/proctaped" "$root/usr/sbin/proctaped"
  cp "$here/in_root.sh" "$root/in_root.sh"
  in_namespaces "$here/enter_root.sh" "$root" /bin/busybox sh /in_root.sh || fail "see above"
  memory=$(cat "$root/tmp/memory")
  echo "resident with 50 processes: $memory kB"
  ((memory < kMostMemory)) || fail "resident: $memory kB, more than $kMostMemory"
  check_log "$root/var/log/atop" 8
}

as_openrc_service() {
  rm -rf "$work/openrc"
  mkdir -p "$work/openrc/deb"
  (cd "$work/openrc/deb" && chmod 755 "$work" . && apt-get download -q openrc librc1 libeinfo1) >/dev/null ||
    fail "apt-get cannot download openrc"
  mkdir -p "$work/openrc/log"
  in_namespaces "$here/openrc.sh" "$work" "$packaging" || fail "OpenRC: see above"
  check_log "$work/openrc/log" 3
}

as_container() {
  rm -rf "$work/container"
  mkdir -p "$work/container/log"
  /usr/bin/python3 "$here/manifest.py" "$packaging" "$work/container"
  unshare --mount --cgroup --propagation private bash "$here/container.sh" "$work" || fail "container: see above"
  check_log "$work/container/log" 3
  # The processes of the host, of which this is one.
  atop -r "$work"/container/log/atop_???????? -P PRG | grep " $$ (.*run_test.sh" >/dev/null ||
    fail "the container did not record this process, $$"
}

for program in "$@"; do
  echo "== $program"
  check_size "$program"
  in_alpine_like_root
  as_openrc_service
  as_container
done
echo "minimal test: all is well"
