// SPDX-License-Identifier: Apache-2.0
//
// /proc/spl/kstat/zfs/arcstats: the size of the cache of ZFS (ARC).
//
//   name                            type data
//   hits                            4    1043
//   size                            4    4294967296
//
// Bytes. Missing, and Memory::zfs_arc unknown, without the module.
// OpenZFS: module/zfs/arc.c, arc_stats.
#pragma once

#include <string_view>

#include "collector/system/source.h"

namespace proctape {

Result<> read_zfs_arc(Reading& reading, Snapshot& into);
Result<Bytes> parse_zfs_arc(std::string_view text);

}  // namespace proctape
