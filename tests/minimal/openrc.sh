#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# openrc.sh WORK PACKAGING: in namespaces of its own, a copy of this system with the OpenRC of
# WORK/openrc/deb and the daemon as its service, from start to stop.
set -euo pipefail
work=$1
packaging=$2

fail() {
  echo "openrc: $*" >&2
  cat "$messages" >&2 || true
  exit 1
}

# A copy that only this sees, kept in memory.
memory=$work/openrc/memory
root=$memory/root
messages=$root/var/log/proctaped.log
mkdir -p "$memory"
mount -t tmpfs tmpfs "$memory"
mkdir -p "$memory"/{upper,scratch} "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$memory/upper,workdir=$memory/scratch" "$root"
for package in "$work"/openrc/deb/*.deb; do
  # /bin and the like are links here, and stay.
  dpkg-deb --fsys-tarfile "$package" | tar --extract --keep-directory-symlink --directory="$root"
done
install "$work/proctaped" "$root/usr/sbin/proctaped"
install "$packaging/openrc/proctaped" "$root/etc/init.d/proctaped"
install --mode 644 -D "$packaging/openrc/proctaped.confd" "$root/etc/conf.d/proctaped"
mkdir -p "$root/etc/proctape" "$root/var/log/atop" "$root/tmp"
cat >"$root/etc/proctape/proctape.toml" <<'TOML'
interval = "1s"
[log]
format = "2.8"
TOML
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
mount --bind "$work/openrc/log" "$root/var/log/atop"
mount --bind /dev "$root/dev"
# What it makes when it boots a system.
mkdir -p "$root"/run/openrc/{starting,started,stopping,inactive,wasinactive,failed,hotplugged} \
  "$root"/run/openrc/{daemons,options,exclusive,scheduled,init.d,tmp}
touch "$root/run/openrc/softlevel"

inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb chroot "$root" "$@"; }
service() { inside rc-service --nodeps proctaped "$@"; }
daemon() { inside pgrep --exact proctaped || true; }
# told TEXT: within a while the daemon says so.
told() {
  for _ in {1..100}; do
    if grep -q "$1" "$messages" 2>/dev/null; then return; fi
    sleep 0.1
  done
  fail "it did not say: $1"
}

# Without a configuration file first.
mv "$root/etc/proctape/proctape.toml" "$root/tmp/"
service start
told 'a sample every 10s'
service stop
mv "$root/tmp/proctape.toml" "$root/etc/proctape/"
service start
told 'a sample every 1s'
service status
first=$(daemon)
[[ $first =~ ^[0-9]+$ ]] || fail "not one daemon but: $first"

service reload
told 'configuration read anew'
service sample
echo 'interval = "soon"' >"$root/etc/proctape/proctape.toml"
! service reload || fail "a broken configuration was taken"
# OpenRC does not call this a failure, but nothing may be stopped.
service restart || true
[[ $(daemon) == "$first" ]] || fail "a broken configuration ended the recorder"
service stop
service start
told 'going on with the last configuration that was good'
first=$(daemon)
printf 'interval = "1s"\n[log]\nformat = "2.8"\n' >"$root/etc/proctape/proctape.toml"

# It tells of itself once it has a first sample, for which a second that has a record is waited out.
for _ in {1..50}; do
  if inside test -s /run/proctape/status.json; then break; fi
  sleep 0.1
done
inside test -s /run/proctape/status.json || fail "no /run/proctape/status.json"

kill -KILL "$first"
for _ in {1..150}; do
  second=$(daemon)
  if [[ -n $second && $second != "$first" ]]; then break; fi
  sleep 0.1
done
[[ $second =~ ^[0-9]+$ && $second != "$first" ]] || fail "not started anew after a SIGKILL"
sleep 2

service stop
told 'TERM: a last sample, then the end'
[[ -z $(daemon) ]] || fail "still there after the stop: $(daemon)"
! service status || fail "said to be running after the stop"
