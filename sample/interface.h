// SPDX-License-Identifier: Apache-2.0
//
// Network interfaces. Sources: /proc/net/dev, /sys/class/net/<name>.
#pragma once

#include <vector>

#include "base/text/inline_text.h"
#include "base/units.h"
#include "sample/identity.h"

namespace proctape {

struct Interface {
  enum Type : char { kEthernet = 'e', kWireless = 'w', kVirtual = 'v', kOther = '?' };

  Identity identity;  // not in the log
  InlineText<15> name;
  Bytes received;
  Count packets_received = 0;
  Count receive_errors = 0;
  Count receive_drops = 0;
  Count receive_fifo = 0;
  Count receive_frame = 0;
  Count receive_compressed = 0;
  Count receive_multicast = 0;
  Bytes sent;
  Count packets_sent = 0;
  Count send_errors = 0;
  Count send_drops = 0;
  Count send_fifo = 0;
  Count collisions = 0;
  Count carrier_losses = 0;
  Count send_compressed = 0;
  // Gauges.
  char type = kOther;        // one of Type; a log may hold anything
  Count speed = 0;           // Mbit/s, 0 unknown
  Count previous_speed = 0;  // at the previous sample
  bool full_duplex = false;

  friend bool operator==(const Interface&, const Interface&) = default;
};

struct Interfaces {
  std::vector<Interface> each;  // in the kernel's order

  friend bool operator==(const Interfaces&, const Interfaces&) = default;
};

}  // namespace proctape
