// SPDX-License-Identifier: Apache-2.0
//
// /proc/<pid>/status: owners, memory by kind and context switches of a task.
//
//   Uid:    1000    1000    1000    1000
//   VmLck:         0 kB
//   voluntary_ctxt_switches:        150
//
// Kernel threads and zombies have no Vm lines: those members stay 0. The context switches
// are those of the one thread whose file it is, also in a process's file.
// Kernel: Documentation/filesystems/proc.rst, table 1-2.
#pragma once

#include <string_view>

#include "base/result.h"
#include "sample/task_reading.h"

namespace proctape {

// Sets the members that status tells, to 0 those whose line is not there.
Result<> parse_task_status(std::string_view text, TaskReading& into);

}  // namespace proctape
