// SPDX-License-Identifier: Apache-2.0
//
// /proc/<pid>/smaps_rollup (Linux 4.14): proportional set size.
//
//   Pss:                1310 kB
//
// The kernel walks all pages of the process for it and holds its mmap lock meanwhile, so
// it is read only when asked for. Needs CAP_SYS_PTRACE for other users' processes.
// Kernel: Documentation/ABI/testing/procfs-smaps_rollup.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/units.h"

namespace proctape {

Result<Bytes> parse_task_smaps(std::string_view text);

}  // namespace proctape
