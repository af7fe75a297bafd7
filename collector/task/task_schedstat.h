// SPDX-License-Identifier: Apache-2.0
//
// /proc/<pid>/schedstat: time on a CPU (ns), time waiting for one (ns), times put on one.
//
//   1289023711 4410277 3241
//
// Of the one thread whose file it is, also in a process's file. All zero where the
// kernel has no scheduler statistics (CONFIG_SCHED_INFO).
// Kernel: Documentation/scheduler/sched-stats.rst.
#pragma once

#include <string_view>

#include "base/result.h"
#include "sample/task_reading.h"

namespace proctape {

Result<> parse_task_schedstat(std::string_view text, TaskReading& into);

}  // namespace proctape
