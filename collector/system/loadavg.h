// SPDX-License-Identifier: Apache-2.0
//
// /proc/loadavg: tasks running or in uninterruptible sleep, averaged over 1, 5 and 15
// minutes.
//
//   0.20 0.18 0.12 1/80 11206
//
// Kernel: Documentation/filesystems/proc.rst, "loadavg".
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/cpu.h"

namespace proctape {

Result<> read_loadavg(Reading& reading, Snapshot& into);

// Sets all three or none.
Result<> parse_loadavg(std::string_view text, Cpus& into);

}  // namespace proctape
