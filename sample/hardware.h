// SPDX-License-Identifier: Apache-2.0
//
// InfiniBand ports and last-level caches. Sources: /sys/class/infiniband,
// /sys/fs/resctrl/mon_data.
#pragma once

#include <vector>

#include "base/text/inline_text.h"
#include "base/units.h"
#include "sample/identity.h"

namespace proctape {

struct InfinibandPort {
  Identity identity;  // not in the log
  InlineText<19> controller;
  Count port = 0;
  Count lanes = 0;
  Count rate = 0;            // Mbit/s
  Count words_received = 0;  // of 4 bytes per lane, as the kernel counts
  Count words_sent = 0;
  Count packets_received = 0;
  Count packets_sent = 0;

  friend bool operator==(const InfinibandPort&, const InfinibandPort&) = default;
};

struct Infiniband {
  std::vector<InfinibandPort> ports;

  friend bool operator==(const Infiniband&, const Infiniband&) = default;
};

struct LastLevelCache {
  Count id = 0;
  float occupancy = 0;  // fraction of its size
  Bytes local_traffic;
  Bytes total_traffic;

  friend bool operator==(const LastLevelCache&, const LastLevelCache&) = default;
};

struct LastLevelCaches {
  std::vector<LastLevelCache> each;

  friend bool operator==(const LastLevelCaches&, const LastLevelCaches&) = default;
};

}  // namespace proctape
