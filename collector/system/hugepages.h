// SPDX-License-Identifier: Apache-2.0
//
// /sys/kernel/mm/hugepages/hugepages-<kB>kB: pools of huge pages, one directory per size.
//
//   hugepages-1048576kB/nr_hugepages    4
//   hugepages-1048576kB/free_hugepages  1
//
// The pool of the default size is in /proc/meminfo too; this source adds the largest other
// size, chosen once because sizes do not change after boot. Counts of huge pages.
// Kernel: Documentation/admin-guide/mm/hugetlbpage.rst.
#pragma once

#include <string_view>
#include <vector>

#include "collector/system/source.h"

namespace proctape {

// After read_meminfo, which tells the default size.
Result<> read_hugepages(Reading& reading, Snapshot& into);

// The largest size among the directory names `names` that is not `default_size`; 0 if there
// is none.
Bytes largest_other_size(const std::vector<std::string>& names, Bytes default_size);

}  // namespace proctape
