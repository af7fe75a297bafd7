// SPDX-License-Identifier: Apache-2.0
//
// What to leave out of a chain of cgroups that is longer than a log can count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sample/cgroup.h"

namespace proctape {

// Keeps the `most` (at least 1) groups that did the most in the interval, measured by CPU
// time, I/O and memory each in proportion to the largest one's; no group without its parent,
// and their order. What is left is numbered anew; the pids of the others go with them, and
// processes_below still counts them. Does nothing, and allocates nothing, if there are no
// more than that.
void prune_to_busiest(std::size_t most, std::vector<Cgroup>& cgroups,
                      std::vector<std::int32_t>& pids);

}  // namespace proctape
