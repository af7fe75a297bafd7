// SPDX-License-Identifier: Apache-2.0
//
// /proc/meminfo: memory and swap in use.
//
//   MemTotal:       32495256 kB
//   HugePages_Total:       0
//
// Every kernel has it; keys come and go between releases, so an unknown key is skipped
// and a missing one leaves its field as it is. Values are kB (1024), those of
// HugePages_* are counts. Fills the gauges of Memory that atop calls physmem, freemem, ...
// Kernel: Documentation/filesystems/proc.rst, "meminfo".
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/memory.h"

namespace proctape {

Result<> read_meminfo(Reading& reading, Snapshot& into);
Result<> parse_meminfo(std::string_view text, const Memory& previous, Memory& into);

}  // namespace proctape
