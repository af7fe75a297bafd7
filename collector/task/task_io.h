// SPDX-License-Identifier: Apache-2.0
//
// /proc/<pid>/io: what a task had read from and written to block devices.
//
//   read_bytes: 4096
//   write_bytes: 323932160
//   cancelled_write_bytes: 0
//
// Bytes since start; stored in whole sectors, as atop does before it subtracts. A
// process's file covers all its threads, ended ones included. Needs CAP_SYS_PTRACE for
// other users' processes, and even root may be refused.
// Kernel: Documentation/filesystems/proc.rst, "3.3 /proc/<pid>/io".
#pragma once

#include <string_view>

#include "base/result.h"
#include "sample/task_reading.h"

namespace proctape {

Result<> parse_task_io(std::string_view text, TaskDisk& into);

}  // namespace proctape
