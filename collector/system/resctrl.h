// SPDX-License-Identifier: Apache-2.0
//
// /sys/fs/resctrl/mon_data/mon_L3_<id>: use of each last-level cache, and the memory traffic
// behind it.
//
//   llc_occupancy      16711680      bytes
//   mbm_local_bytes    81203311200   bytes since boot, to and from the node's own memory
//   mbm_total_bytes    91203311200
//
// A number may be "Unavailable" for a while: the counters then stay what they were. The
// occupancy is stored as a fraction of the cache's size, which cpu0/cache/index3/size tells.
// Missing unless resctrl is mounted. Kernel: Documentation/filesystems/resctrl.rst.
#pragma once

#include <string_view>

#include "collector/system/source.h"

namespace proctape {

Result<> read_resctrl(Reading& reading, Snapshot& into);

}  // namespace proctape
