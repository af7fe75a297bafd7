// SPDX-License-Identifier: Apache-2.0
//
// /proc/vmstat: paging, reclaim, compaction and migration since boot.
//
//   pgpgin 2185117
//   pgscan_kswapd 0
//   allocstall_normal 0
//   oom_kill 0
//
// Mostly pages or events; pgpgin and pgpgout are kB. Names come and go between releases:
// until 4.7 the kernel split pgscan_kswapd by zone (pgscan_kswapd_normal), since then it
// splits allocstall (allocstall_normal), and oom_kill came with 4.13.
// Kernel: mm/vmstat.c, vmstat_text; Documentation/filesystems/proc.rst does not list them.
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/memory.h"

namespace proctape {

Result<> read_vmstat(Reading& reading, Snapshot& into);

// Fills the counters of Memory. What was paged in and out is rounded down to whole pages,
// as atop does before it subtracts.
Result<> parse_vmstat(std::string_view text, Count page_size, const Memory& previous, Memory& into);

}  // namespace proctape
