// SPDX-License-Identifier: Apache-2.0
//
// /proc/<pid>/stat and /proc/<pid>/task/<tid>/stat: identity, state, CPU time, faults
// and size of a task, in one line of numbers after the name in parentheses.
//
//   812 (sshd) S 1 812 812 0 -1 4194560 1289 ... 20 0 1 0 1734 15798272 2254 ...
//
// The name may hold spaces, parentheses, newlines and any other byte: it ends at the
// last parenthesis. Times are in ticks, the start in ticks since boot, vsize in bytes,
// rss in pages. Newer kernels append fields; blkio delay (42) needs delay accounting. The
// addresses of the arguments (48, 49) are 0 for who may not trace the process.
// Kernel: Documentation/filesystems/proc.rst, table 1-4.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "sample/task_reading.h"

namespace proctape {

// Fills what stat tells. For a process the kernel gives totals over all its threads, ended
// ones included; of a thread its own.
Result<> parse_task_stat(std::string_view text, Count page_size, TaskReading& into);

// Ticks from boot to the start of a task, of which the kernel has told the unsigned number `told`.
// What began before the boot of this process's time namespace began so many nanoseconds before it
// modulo 2^64: the result is below 0 then.
Ticks start_since_boot(std::uint64_t told, Count ticks_per_second);

// The moment on the wall clock that is `start` after `boot`, in whole seconds.
Seconds task_started(WallTime boot, Ticks start, Count ticks_per_second);

// Whether two readings of one task's stat agree in what others can change while the task
// itself does not run.
bool stat_agrees(const TaskReading& a, const TaskReading& b);

}  // namespace proctape
