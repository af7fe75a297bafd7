#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run_test.sh WORK_DIRECTORY [CODENAME PACKAGES]: the package of `./dev deb` in a Debian that a real
# systemd boots, in a container: in_container.sh there tells whether all is well. What a test writes
# is kept in memory. Exit status 77 says that this machine cannot do it. The Debian, of this
# machine's release or CODENAME, is kept in WORK_DIRECTORY; PACKAGES: where the package is.
set -euo pipefail

work=$(realpath --canonicalize-missing "$1")
codename=${2:-}
packages=${3:-}
readonly work
# shellcheck source=tests/systemd/debian.sh disable=SC1091 # checked by itself
source "$(dirname "${BASH_SOURCE[0]}")/debian.sh"
for program in systemd-nspawn nsenter; do
  command -v "$program" >/dev/null || skip "no $program here (packaging/packages.txt)"
done

files=$(mktemp --directory --tmpdir proctape_systemd.XXXXXX)
container=
clean_up() {
  [[ -z $container ]] || kill "$container" 2>/dev/null || true
  rm -rf "$files"
}
trap clean_up EXIT
prepare_files "$files"
# From the build beside which the work is kept, or that of the package.
for build in "${work%/*}" "$packages"/proctape-*/obj-*; do
  [[ ! -e $build/tests/forbidden_calls ]] || cp "$build/tests/forbidden_calls" "$files"
done
[[ -e $files/forbidden_calls ]] || { echo "tests/forbidden_calls is not built" && exit 1; }

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
  [[ -z $state ]] || inside "$leader" systemctl list-jobs --no-pager
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
