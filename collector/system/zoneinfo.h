// SPDX-License-Identifier: Apache-2.0
//
// /proc/zoneinfo: the low watermarks of the memory zones, at which kswapd wakes.
//
//   Node 0, zone      DMA
//     pages free     3840
//           boost    0
//           min      62
//           low      77
//
// Pages. Only somebody changing vm.min_free_kbytes and the like, or memory being plugged,
// moves them, and the file is long on big hosts: it is read once a minute.
// Kernel: mm/vmstat.c, zoneinfo_show_print; Documentation/admin-guide/sysctl/vm.rst.
#pragma once

#include <string_view>

#include "collector/system/source.h"

namespace proctape {

Result<> read_zoneinfo(Reading& reading, Snapshot& into);

// The sum over all zones, in pages.
Result<Count> parse_zoneinfo(std::string_view text);

}  // namespace proctape
