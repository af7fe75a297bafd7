// SPDX-License-Identifier: Apache-2.0
//
// Whole hosts as directory trees, tests/fixtures/<host>/{proc,sys}:
//
//   linux-6.18-vm     2 CPUs, frequency in cpuinfo only; one virtio disk; pressure; KSM off
//   debian-12-server  6.1; CPU 5 of 8 offline, cpufreq; LVM and LUKS on MD, NVMe; bond, bridge,
//                     veth, wireless; swap, two sizes of huge pages, KSM on; pressure
//   debian-11-compute 5.10; InfiniBand, resctrl, ZFS, NFS client; LVM on a disk; "some" alone in
//                     pressure/cpu; KSM off
//   rhel-8            4.18; two NUMA nodes; LVM; NFS server and client; no pressure, no IPv6
//   minimal           a container: stat, meminfo, loadavg, uptime, and no /sys
//
// Each has the same odd processes: a kernel thread and a kworker in state I (not in the
// container), one with threads in states S, R and D (812), a real-time one (931), one whose
// io cannot be read (1044), a zombie (2215), one named "a) (b" (2210), and one with the
// highest pid and a name that is neither one line nor UTF-8 (4194303).
#pragma once

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "collector/kernel/kernel_fs.h"

namespace proctape {

// Ends the test program if there is no such host.
inline KernelFs fixture(std::string_view host) {
  auto fs = KernelFs::open(FIXTURES "/" + std::string(host));
  if (!fs) {
    std::cerr << "fixture: " << fs.error().message << '\n';
    std::abort();
  }
  return std::move(*fs);
}

}  // namespace proctape
