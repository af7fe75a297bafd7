// SPDX-License-Identifier: Apache-2.0
//
// /sys/devices/system/node: memory and CPU time per NUMA node.
//
//   online           0-1
//   node0/meminfo    Node 0 MemTotal:        4155604 kB
//   node0/cpulist    0-15,32-47
//
// Every kernel with CONFIG_NUMA has node 0. Memory values are kB (1024), those of
// HugePages_* counts; CPU time is the sum of the node's CPUs in /proc/stat, wanted only
// with two nodes or more. cpulist has online CPUs only: where one belonged is remembered, so
// that a node's sums do not fall when it goes offline.
// Kernel: Documentation/ABI/stable/sysfs-devices-node.
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/numa.h"

namespace proctape {

// After read_stat, whose times it adds. Fills all of Numa but the fragmentation.
Result<> read_numa(Reading& reading, Snapshot& into);

// `path` is for messages.
Result<> parse_node_meminfo(std::string_view text, std::string_view path, NumaMemory& into);

}  // namespace proctape
