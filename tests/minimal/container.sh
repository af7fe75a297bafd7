#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# container.sh WORK: in a mount namespace of its own, what a runtime makes of the DaemonSet: a
# read-only root with nothing but the program, the host's /proc and /sys below /host, root with
# only the capabilities of the manifest that this machine has to give.
set -euo pipefail
work=$1
container=$work/container
root=$container/root
mkdir -p "$root"
mount -t tmpfs tmpfs "$root"
mkdir -p "$root"/{usr/sbin,etc/proctape,host/{proc,sys,run},var/log/atop,proc,dev,sys}
install "$work/proctaped" "$root/usr/sbin/proctaped"
# Faster than the manifest's, in the format that the atop here reads.
sed 's/"10s"/"500ms"/; s/"2\.12"/"2.8"/' "$container/proctape.toml" >"$root/etc/proctape/proctape.toml"
touch "$root/etc/localtime" "$root/dev/null"
mount --bind /dev/null "$root/dev/null"
for directory in proc sys run; do
  mount --rbind "/$directory" "$root/host/$directory"
  mount -o remount,bind,ro "$root/host/$directory"
done
# Its own, as it has in any container; of the host's pids, by hostPID.
mount -t proc -o ro proc "$root/proc"
if [[ -e /etc/localtime ]]; then mount --bind /etc/localtime "$root/etc/localtime"; fi
mount --bind "$container/log" "$root/var/log/atop"
mount -o remount,ro "$root"

mapfile -t arguments <"$container/arguments"
contained() {
  /usr/bin/python3 "$(dirname "${BASH_SOURCE[0]}")/contained.py" "$root" \
    "$(cat "$container/capabilities")" /usr/sbin/proctaped "${arguments[@]}" "$@"
}

# What this machine tells of processes that end, it tells the container.
contained --list-sources | tee "$container/sources" | grep '^exits'
outside=$("$work/proctaped" --list-sources | sed -n 's/^exits  *//p')
inside=$(sed -n 's/^exits  *//p' "$container/sources")
[[ $inside == "$outside" ]] || {
  echo "container: exits are '$inside', outside '$outside'" >&2
  exit 1
}
contained --samples 3
