#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# in_container.sh TEST: what run_test.sh runs as root in a Debian with systemd as its first
# process, packages in /mnt. Here atop's recorder runs, and proctape was never installed.
set -euo pipefail

readonly kConfig=/etc/proctape/proctape.toml
readonly kLogs=/var/log/atop

fail() {
  echo "FAILED: $*"
  systemctl status --no-pager --full proctaped || true
  journalctl --no-pager --output=short-precise --lines=40 --unit=proctaped || true
  ls -la "$kLogs" || true
  exit 1
}

ok() { echo "ok: $*"; }

# within SECONDS COMMAND...: waits until it succeeds.
within() {
  local tries=$(($1 * 10))
  shift
  while ! "$@" >/dev/null 2>&1; do
    ((tries-- > 0)) || fail "in vain waited for: $*"
    sleep 0.1
  done
}

is() { [[ $1 == "$2" ]]; }
active() { systemctl is-active --quiet proctaped; }
pid() { systemctl show proctaped --property MainPID --value; }
other_pid_than() { active && ! is "$(pid)" "$1"; }
log() { echo "$kLogs/atop_$(date +%Y%m%d)"; }
# records [LOG]: how many whole ones it has.
records() { proctape check "${1:-$(log)}" | sed -n 's/.*: \([0-9]*\) records\?, no problems$/\1/p'; }
more_records_than() { (($(records) > $1)); }
status_says() { [[ $(systemctl show proctaped --property StatusText --value) == *"$1"* ]]; }
# What the service and its manager said since the last mark. Both must reach the disk first.
mark() { journal_mark=$(date '+%F %T.%6N'); }
journal() {
  journalctl --sync
  journalctl --no-pager --output=cat --unit=proctaped --since="$journal_mark"
}
# Not grep -q, which ends at once, and with it, by pipefail, what writes to it.
says() { journal | grep -E -- "$1" >/dev/null; }
must_say() {
  within 5 says "$1"
  ok "the journal says: $(journal | grep -E -- "$1" | head -1)"
}

set_config() {
  sed -i "0,/^$1 = /s|^$1 = .*|$1 = $2|" "$kConfig" # the first: that of no section, or of [log]
  grep -q "^$1 = $2$" "$kConfig" || fail "no key $1 in $kConfig"
}


# ---- Steps ----

installs() {
  within 60 systemctl is-active --quiet atop
  within 20 test -s "$(log)"
  is "$(stat -c %U "$(log)")" root || fail "atop's log is not root's"
  mark
  dpkg --install /mnt/proctape.deb
  active || fail "not active after the installation"
  ! systemctl is-active --quiet atop || fail "atop's recorder runs, too"
  must_say '^proctaped [0-9.]+: a sample every 10s into /var/log/atop$'
  is "$(ps -o user= -p "$(pid)")" proctape || fail "runs as another user"
  is "$(stat -c '%U:%G %a' "$kLogs")" 'proctape:adm 750' || fail "owner and mode of $kLogs"
  is "$(stat -c '%U:%G' "$(log)")" 'proctape:adm' || fail "owner of the log"
  # With other features than ours it is kept as it is.
  (($(records) >= 2)) || says "$(log) set aside as .*: it has .* instead of" ||
    fail "the log that atop began was not gone on with"
  atop -r "$(log)" -P CPU | grep '^CPU ' >/dev/null || fail "atop does not read the log"
  # Read by somebody without any right.
  setpriv --reuid 65534 --regid 65534 --clear-groups proctape status >/tmp/status || (($? == 1)) ||
    fail "proctape status does not know the service: $(cat /tmp/status)"
  grep -q ", pid $(pid), running since" /tmp/status || fail "status of another: $(cat /tmp/status)"
  # Where systemd itself may not raise limits, the service has no more than it.
  if grep -q '^Max locked memory *unlimited' "/proc/$(pid)/limits"; then
    ! says 'process\.lock_memory' || fail "the service may not lock its memory"
  else
    must_say 'process\.lock_memory needs'
  fi
  ok "installed over atop's recorder, active as its own user, atop's log of today kept"
}

sandbox_is_closed() {
  # SYS_PTRACE, DAC_READ_SEARCH, NET_ADMIN, BPF, PERFMON.
  local status
  status=/proc/$(pid)/status
  # Those for BPF are in use only while it samples or loads.
  grep -qE '^CapPrm:\s*000000c000081004$' "$status" || fail "$(grep ^Cap "$status")"
  within 5 grep -qE '^CapEff:\s*0000000000081004$' "$status" || fail "$(grep ^Cap "$status")"
  grep -qE '^NoNewPrivs:\s*1$' "$status" || fail "may gain privileges"
  grep -qE '^Seccomp:\s*2$' "$status" || fail "no system call filter"
  systemd-analyze security --no-pager --threshold=29 proctaped.service >/tmp/security ||
    fail "$(tail -1 /tmp/security)"
  ok "$(tail -1 /tmp/security)"
}

# A program in the service's sandbox, with its capabilities: what would make them a way to root.
sandbox_refuses_the_ways_to_root() {
  local unit
  unit=$(systemctl show proctaped --property FragmentPath --value)
  sed -e 's|^ExecStart=.*|ExecStart=/mnt/forbidden_calls 1|; s|^Type=.*|Type=oneshot|' \
    -e '/^ExecStartPre=/d; /^ExecReload=/d; /^Restart/d; /^WatchdogSec=/d; /Directory\(Mode\)\?=/d' \
    "$unit" >/run/systemd/system/ways-to-root.service
  systemctl daemon-reload
  systemctl start ways-to-root ||
    fail "not refused: $(journalctl --no-pager --output=cat --unit=ways-to-root)"
  grep -q ' /proc proc ro,' "/proc/$(pid)/mounts" || fail "/proc may be written to"
  ok "calls that would make its capabilities a way to root are refused"
}

# Nothing that it reads is refused, and a process of root is read in full. /mnt is on a disk, and
# what is written elsewhere in memory, which does not count.
sandbox_is_open_enough() {
  (while :; do echo written >/mnt/scratch && sync /mnt/scratch && sleep 0.2; done) &
  local writer=$!
  within 10 task_has_written "$writer"
  kill "$writer"
  ! says 'denied|not permitted|cannot' || fail "something is refused"
  # What is refused is told once, with the first sample, and stays in the status.
  proctape status --json >/tmp/status.json || (($? == 1)) || fail "no status"
  grep -q '"restrictions":\[\]' /tmp/status.json ||
    fail "something is refused: $(grep -o '"restrictions":.*' /tmp/status.json)"
  ! grep -q '"state":"denied"' /tmp/status.json || fail "a source is refused"
  ok "nothing is refused to it that it reads"
}

task_has_written() {
  proctape dump --csv --fields 'tasks.gen.pid,tasks.dsk.wio' "$(log)" | awk -F, -v pid="$1" '
    $3 ~ /pid$/ { ours = $5 == pid }
    $3 ~ /wio$/ && ours && $5 > 0 { found = 1 }
    END { exit !found }'
}

reloads() {
  mark
  local before
  before=$(pid)
  set_config interval '"1s"'
  systemctl reload proctaped
  must_say '^configuration read anew$'
  local count
  count=$(records)
  within 10 more_records_than $((count + 3))
  is "$before" "$(pid)" || fail "was restarted"
  ok "goes on, every second now"
}

refuses_a_broken_configuration() {
  local before count
  before=$(pid)
  cp "$kConfig" /tmp/good.toml
  set_config interval '"sometimes"'
  mark
  ! systemctl reload proctaped 2>/dev/null || fail "systemctl reload succeeds"
  within 5 active
  must_say "$kConfig:[0-9]+:[0-9]+: interval: expected a duration"
  mark
  kill -HUP "$before"
  must_say "^configuration not changed: $kConfig:[0-9]+:[0-9]+: interval: expected a duration"
  count=$(records)
  within 10 more_records_than $((count + 3))
  is "$before" "$(pid)" || fail "was restarted"
  within 5 status_says 'last reload refused'
  # Seen by nothing but the attempt: `systemctl reload` does not hear of it.
  cp /tmp/good.toml "$kConfig"
  systemctl reload proctaped
  within 5 eval '! status_says "last reload refused"'
  set_config directory '"/etc/tape"'
  systemctl reload proctaped || true
  within 5 status_says 'last reload refused'
  cp /tmp/good.toml "$kConfig"
  systemctl reload proctaped
  within 5 eval '! status_says "last reload refused"'
  ok "a broken configuration is refused, and the recording goes on with the old"
}

starts_with_a_broken_configuration() {
  set_config interval '"sometimes"'
  mark
  systemctl restart proctaped
  must_say "$kConfig:[0-9]+:[0-9]+: interval: expected a duration"
  must_say '^going on with the last configuration that was good, /var/lib/proctape/last-good.toml$'
  local count
  count=$(records)
  within 10 more_records_than $((count + 3))
  cp /tmp/good.toml "$kConfig"
  mark
  systemctl reload proctaped
  must_say '^configuration read anew$'
  ok "it records although the configuration is broken when it starts"
}

survives_kill() {
  local before
  before=$(pid)
  mark
  kill -KILL "$before"
  within 15 other_pid_than "$before"
  must_say 'Main process exited, code=killed, status=9/KILL'
  within 3 more_records_than 0
  ok "is back after kill -9, its log whole"
}

survives_a_hang() {
  local before
  mkdir -p /etc/systemd/system/proctaped.service.d
  printf '[Service]\nWatchdogSec=2s\n' >/etc/systemd/system/proctaped.service.d/test.conf
  systemctl daemon-reload
  systemctl restart proctaped
  before=$(pid)
  sleep 5
  is "$before" "$(pid)" || fail "the watchdog ends what does not hang"
  mark
  kill -STOP "$before"
  within 20 other_pid_than "$before"
  must_say 'Watchdog timeout'
  within 3 more_records_than 0
  rm /etc/systemd/system/proctaped.service.d/test.conf
  systemctl daemon-reload
  systemctl restart proctaped
  ok "is back after a hang"
}

keeps_atop_from_starting() {
  systemctl start atop
  dpkg-reconfigure --frontend=noninteractive atop
  /lib/systemd/system-sleep/atop-pm post
  ! systemctl is-active --quiet atop || fail "atop's recorder was started"
  active || fail "was stopped by starting atop's recorder"
  # As at boot, where both are wanted.
  systemctl stop proctaped
  systemctl start atop || fail "atop cannot be started while proctaped is stopped"
  systemctl stop atop
  systemctl start multi-user.target
  within 10 active
  ! systemctl is-active --quiet atop || fail "atop's recorder was started with the system"
  ok "atop's recorder does not run beside it, whoever starts that"
}

sets_aside_what_is_not_ours() {
  systemctl stop proctaped
  chown root:root "$(log)"
  mark
  systemctl start proctaped
  must_say "set aside as atop_[0-9]+\.[0-9]+: it is another user's"
  within 3 more_records_than 0
}

# As purging atop does. Only systemd may make that directory.
survives_the_loss_of_its_directory() {
  local before
  before=$(pid)
  mark
  rm -rf "$kLogs"
  within 15 other_pid_than "$before"
  must_say "create the directory $kLogs"
  within 10 more_records_than 0
  within 10 active
  ok "is back with a new log directory"
}

upgrades() {
  local before count
  before=$(pid)
  count=$(records)
  mark
  dpkg --install /mnt/newer.deb
  within 10 other_pid_than "$before"
  must_say '^TERM: a last sample, then the end$'
  must_say '^proctaped [0-9.]+: a sample every 1s into /var/log/atop$'
  # The new one's first sample waits for the next second if the old one had a last one in this.
  within 3 more_records_than "$count"
  dpkg-query -W -f '${Version}' proctape | grep newer >/dev/null || fail "not upgraded"
  ok "an upgrade restarts it, keeps the configuration that was changed, and goes on with the log"
}

stops() {
  local count
  # So that no other sample can be taken for the last one; and a second that has a record gets none.
  set_config interval '"1h"'
  systemctl reload proctaped
  sleep 1.1
  count=$(records)
  mark
  systemctl stop proctaped
  must_say '^TERM: a last sample, then the end$'
  must_say 'proctaped.service: Deactivated successfully'
  more_records_than "$count" || fail "no last sample"
  systemctl start proctaped
}

removes_and_purges() {
  dpkg --remove proctape
  [[ -e $kConfig && -s $(log) ]] || fail "removing it deleted the configuration or logs"
  ! systemctl cat proctaped >/dev/null 2>&1 || fail "the unit is still there"
  [[ ! -e /usr/sbin/proctaped ]] || fail "the program is still there"
  ok "removing it keeps configuration and logs"

  dpkg --install /mnt/proctape.deb
  within 10 more_records_than 1
  dpkg --purge proctape
  [[ ! -e /etc/proctape ]] || fail "purging it leaves the configuration"
  [[ -s $(log) ]] || fail "purging it deleted logs that are atop's, too"
  is "$(stat -c '%U %a' "$kLogs")" 'root 755' || fail "$kLogs was not given back to atop"
  ok "purging it leaves the logs to atop while that is installed"

  dpkg --install /mnt/proctape.deb
  dpkg --purge atop
  within 15 more_records_than 0
  echo precious >"$kLogs/precious"
  touch "$kLogs/atop_20240101" "$kLogs/atop_20240101.2" "$kLogs/atop_20240101.torn-1"
  dpkg --purge proctape
  is "$(ls "$kLogs")" precious || fail "purging it left or deleted other files: $(ls "$kLogs")"
  rm "$kLogs/precious"
  dpkg --install /mnt/proctape.deb
  within 10 test -s "$(log)"
  dpkg --purge proctape
  [[ ! -e $kLogs ]] || fail "purging it leaves an empty directory"
  [[ ! -e /var/lib/proctape ]] || fail "purging it leaves the last good configuration"
  ok "purging it deletes its logs, and no other file"
}

# With samples a day apart, one more is the last: few_capabilities looks, in another container.
records_until_the_shutdown() {
  dpkg --install /mnt/proctape.deb
  install -d -o proctape -g adm /mnt/tape
  mkdir -p /etc/systemd/system/proctaped.service.d
  printf '[Service]\nReadWritePaths=/mnt/tape\n' >/etc/systemd/system/proctaped.service.d/test.conf
  systemctl daemon-reload
  set_config interval '"24h"'
  set_config directory '"/mnt/tape"'
  systemctl restart proctaped
  within 10 eval 'ls /mnt/tape/atop_* >/dev/null 2>&1'
  records /mnt/tape/atop_* >/mnt/records
  sleep 1.1 # a second that has a record gets no other
  ok "recording at the shutdown"
}

# ---- Tests ----

life_of_the_package() {
  installs
  sandbox_is_closed
  sandbox_refuses_the_ways_to_root
  reloads
  sandbox_is_open_enough
  refuses_a_broken_configuration
  starts_with_a_broken_configuration
  survives_kill
  survives_a_hang
  keeps_atop_from_starting
  sets_aside_what_is_not_ours
  survives_the_loss_of_its_directory
  upgrades
  stops
  removes_and_purges
  records_until_the_shutdown
}

few_capabilities() {
  dpkg --install /mnt/proctape.deb
  local count
  count=$(records /mnt/tape/atop_*)
  ((count == $(cat /mnt/records) + 1)) ||
    fail "the shutdown left $count records of $(cat /mnt/records) and a last one"
  ok "a last sample at the shutdown"
  active || fail "not active"
  within 3 more_records_than 0
  ok "it records with the few capabilities that a container has"
}

"$1"
