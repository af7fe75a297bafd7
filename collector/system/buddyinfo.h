// SPDX-License-Identifier: Apache-2.0
//
// /proc/buddyinfo: free blocks of memory by size, from which follows how fragmented the
// Normal zone of each NUMA node is.
//
//   Node 0, zone   Normal    733    471     96    184     85    180    196    119     71 ...
//
// The n-th number counts free blocks of 2^n pages (the order). How unusable the free memory
// is for an allocation of some order is the share of it in smaller blocks; the fragmentation
// is the mean of that over all orders, 0 to 1. The kernel computes the same shares in
// debugfs (extfrag/unusable_index), cut to three decimals and for root only.
// Kernel: Documentation/filesystems/proc.rst, "buddyinfo"; mm/vmstat.c, unusable_free_index.
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/numa.h"

namespace proctape {

// After read_numa, which lists the nodes.
Result<> read_buddyinfo(Reading& reading, Snapshot& into);

// Sets the fragmentation of those nodes that are in `into`.
Result<> parse_buddyinfo(std::string_view text, Numa& into);

}  // namespace proctape
