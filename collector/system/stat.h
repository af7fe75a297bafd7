// SPDX-License-Identifier: Apache-2.0
//
// /proc/stat: CPU time, interrupts, context switches, forks.
//
//   cpu  3481 195 2378 392956 322 0 41 8 0 0
//   cpu0 1368 0 1094 197089 11 0 17 2 0 0
//   intr 156256 0 0 0 ...
//   ctxt 306755
//   processes 6641
//
// Ticks of 1/USER_HZ s, in the order user nice system idle iowait irq softirq steal guest
// guest_nice; user includes guest, and idle and iowait may go back by a tick. Older
// kernels have fewer columns. Only online CPUs have a line; intr and ctxt are sums over
// all. Kernel: Documentation/filesystems/proc.rst, "1.7 Miscellaneous kernel statistics".
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/cpu.h"

namespace proctape {

Result<> read_stat(Reading& reading, Snapshot& into);

// Fills Cpus but for load and frequencies. `previous` is of the last snapshot: CPUs that it
// has and the text lacks are offline and keep their totals, so that they go on from there
// when they come back. What is malformed keeps its values of then, too; the first such line is
// returned behind all others.
Result<> parse_stat(std::string_view text, const Cpus& previous, Cpus& into);

}  // namespace proctape
