#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run_vm_test.sh BUILD_DIRECTORY: the same as run_test.sh in a virtual machine with Debian's own
# kernel, emulated by QEMU: all capabilities, one hierarchy of cgroups; and
# whether tasks by BPF are those of /proc.
# Takes minutes, and 2 GB below the build directory. Exit status 77: this machine cannot do it.
set -euo pipefail

build=$(realpath "$1")
work=$build/service_test
readonly build work
# shellcheck source=tests/systemd/debian.sh disable=SC1091 # checked by itself
source "$(dirname "${BASH_SOURCE[0]}")/debian.sh"
for program in qemu-system-x86_64 mke2fs; do
  command -v "$program" >/dev/null || skip "no $program here (packaging/packages.txt)"
done
[[ $(uname -m) == x86_64 ]] || skip "the virtual machine is an x86-64"
vm=$work/vm

# The same Debian with a kernel, and a service that runs the test on the console.
make_vm() {
  rm -rf "$vm"
  cp -a --reflink=auto "$base" "$vm"
  chroot "$vm" env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
    apt-get install -y --no-install-recommends linux-image-cloud-amd64 initramfs-tools
  echo '/dev/vda / ext4 rw 0 1' >"$vm/etc/fstab"
  # A login there would hang up the test's output.
  ln -sf /dev/null "$vm/etc/systemd/system/serial-getty@ttyS0.service"
  cp "$work/depends" "$vm/mnt/depends"
}

put_tests() {
  prepare_files "$vm/mnt"
  # Both sources of tasks agree with this kernel, too, and it lets network use be counted.
  cp "$build"/tests/{task_sources_test,network_use_test,task_kinds,forbidden_calls} "$vm/mnt/"
  cat >"$vm/etc/systemd/system/service-test.service" <<'TEXT'
[Unit]
After=basic.target dbus.service atop.service
[Service]
Type=exec
ExecStart=/bin/sh -c 'TASK_KINDS=/mnt/task_kinds /mnt/task_sources_test && /mnt/network_use_test && /bin/bash /mnt/in_container.sh life_of_the_package; echo "RESULT $?"; systemctl poweroff'
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0
[Install]
WantedBy=multi-user.target
TEXT
  ln -sf ../service-test.service "$vm/etc/systemd/system/multi-user.target.wants/"
}

if ! cmp -s "$work/depends" "$vm/mnt/depends"; then
  echo "Making a virtual machine in $vm"
  make_vm >"$work.vm.log" 2>&1 || { tail -30 "$work.vm.log" && exit 1; }
fi
put_tests
trap 'rm -f "$work/disk"' EXIT
mke2fs -q -t ext4 -O ^has_journal -d "$vm" -F "$work/disk" 2G
# Slow as it is, nothing of it may take for ever.
timeout 900 qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m 1024 -smp 2 -nographic \
  -no-reboot -nic none -kernel "$vm"/boot/vmlinuz-* -initrd "$vm"/boot/initrd.img-* \
  -append 'root=/dev/vda rw console=ttyS0 quiet systemd.show_status=0' \
  -drive "file=$work/disk,if=virtio,format=raw,cache=unsafe" </dev/null |
  tr -d '\r' | tee "$work.vm.out"
grep '^RESULT 0$' "$work.vm.out" >/dev/null || { echo "the test failed in the virtual machine"; exit 1; }
