// SPDX-License-Identifier: Apache-2.0
//
// What a record has no room for. Its arrays have fixed sizes (1023 disks, 127 interfaces
// ...); of a host that has more the busiest of the interval are kept, in their order, and
// the rest is counted.
#pragma once

#include <vector>

#include "rawlog/layout/version.h"
#include "sample/sink/left_out.h"
#include "sample/system.h"

namespace proctape {

// Whether every element of `system` has its place in a record of `version`. Nearly always.
bool fits(const System& system, Version version);

// Takes the least busy elements out of each list that a record of `version` cannot hold
// whole; `left_out` is replaced. Busy is what moved most: disks by sectors and requests,
// interfaces by bytes and packets, mounts by bytes, CPUs by the time they were not idle.
// CPUs of 2.13, whose place is their number, lose the highest numbers instead. NUMA nodes
// are not looked at: no kernel has more than there is room for.
void keep_busiest(System& system, Version version, std::vector<LeftOut>& left_out);

}  // namespace proctape
