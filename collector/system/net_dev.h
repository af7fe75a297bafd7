// SPDX-License-Identifier: Apache-2.0
//
// /proc/net/dev: traffic per network interface; /sys/class/net/<name>: what it is.
//
//   Inter-|   Receive                                ...
//    face |bytes    packets errs drop fifo frame compressed multicast|bytes ...
//     lo:    3267      29    0    0    0     0          0         0     3267 ...
//
// 16 counters since the interface appeared, all interfaces of the network namespace. Sysfs
// tells whether one is virtual (below devices/virtual/net), wireless (has wireless/ or
// phy80211/) or another piece of hardware, and its speed in Mbit/s and duplex: -1, 65535 or
// an error where unknown, as for a link that is down. That is asked when an interface
// appears and once a minute.
// Kernel: Documentation/networking/statistics.rst, Documentation/ABI/testing/sysfs-class-net.
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/interface.h"

namespace proctape {

Result<> read_net_dev(Reading& reading, Snapshot& into);

// Appends the interfaces in the order of the text, with their counters only.
Result<> parse_net_dev(std::string_view text, Interfaces& into);

}  // namespace proctape
