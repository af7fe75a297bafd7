// SPDX-License-Identifier: Apache-2.0
//
// /proc/diskstats: requests and sectors per block device.
//
//    8       0 sda 36978 9544 4370258 10752 5396 6691 539896 1599 0 5292 12650 4865 68 345832 275
//
// Major, minor, name; then reads, merged, sectors read, ms; writes, merged, sectors written,
// ms; requests in flight, ms with I/O under way, weighted ms; from 4.18 on discards, merged,
// sectors, ms; from 5.5 on flushes. Sectors are of 512 bytes. Which devices are recorded, and as
// what, is said in disk_facts.h; what is not is told once. Device-mapper volumes get the name by
// which people know them, from /sys/block/dm-<N>/dm/name.
// Kernel: Documentation/admin-guide/iostats.rst, Documentation/ABI/testing/procfs-diskstats.
#pragma once

#include <string_view>

#include "collector/system/memo.h"
#include "collector/system/source.h"
#include "sample/disk.h"

namespace proctape {

Result<> read_diskstats(Reading& reading, Snapshot& into);

// Appends the disks, arrays and volumes that have the usual names to the three lists, in the order
// of the text; names as there. Returns the first malformed line, which is lost alone.
Result<> parse_diskstats(std::string_view text, Disks& into);

}  // namespace proctape
