// SPDX-License-Identifier: Apache-2.0
//
// /sys/kernel/debug/zswap: swap compressed in memory, of kernels before 5.19, whose meminfo
// does not tell it.
//
//   stored_pages      81203        pages, uncompressed
//   pool_total_size   120331264    bytes
//
// Read while /sys/module/zswap/parameters/enabled is Y. Missing, and Memory::zswap* unknown,
// where neither tells. Stands behind meminfo.
// Kernel: Documentation/admin-guide/mm/zswap.rst.
#pragma once

#include "collector/system/source.h"

namespace proctape {

Result<> read_zswap(Reading& reading, Snapshot& into);

}  // namespace proctape
