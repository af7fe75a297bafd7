// SPDX-License-Identifier: Apache-2.0
//
// Pressure stall information. Source: /proc/pressure (Linux 4.20, CONFIG_PSI).
#pragma once

#include "base/units.h"

namespace proctape {

struct Stall {
  float avg10 = 0;  // percent of the last 10, 60, 300 s
  float avg60 = 0;
  float avg300 = 0;
  Microseconds total;  // counter

  friend bool operator==(const Stall&, const Stall&) = default;
};

struct Pressure {
  bool present = false;
  Stall cpu_some;
  Stall memory_some;
  Stall memory_full;
  Stall io_some;
  Stall io_full;

  friend bool operator==(const Pressure&, const Pressure&) = default;
};

}  // namespace proctape
