// SPDX-License-Identifier: Apache-2.0
//
// /sys/class/infiniband/<controller>/ports/<N>: traffic per InfiniBand port.
//
//   rate                          100 Gb/sec (4X EDR)
//   counters/port_rcv_data        81203311     words of 4 bytes per lane
//   counters/port_xmit_data       41203311
//   counters/port_rcv_packets     203311
//   counters/port_xmit_packets    103311
//
// Which ports there are, and their rates, is looked at once a minute.
// Kernel: Documentation/ABI/stable/sysfs-class-infiniband.
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/hardware.h"

namespace proctape {

Result<> read_infiniband(Reading& reading, Snapshot& into);

// Sets rate and lanes. `path` is for messages.
Result<> parse_infiniband_rate(std::string_view text, std::string_view path, InfinibandPort& into);

}  // namespace proctape
