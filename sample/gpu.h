// SPDX-License-Identifier: Apache-2.0
//
// Graphics processors.
#pragma once

#include <vector>

#include "base/text/inline_text.h"
#include "base/units.h"

namespace proctape {

struct Gpu {
  Count task_statistics = 0;
  Count processes = 0;
  InlineText<12> type;
  InlineText<12> bus_id;
  Count number = 0;
  Count busy_percent = kUnknown;
  Count memory_busy_percent = kUnknown;
  Bytes memory_total;
  Bytes memory_used;
  // Summed over the samples of the interval.
  Count samples = 0;
  Count busy_percent_sum = kUnknown;
  Count memory_busy_percent_sum = kUnknown;
  Bytes memory_used_sum{kUnknown};

  friend bool operator==(const Gpu&, const Gpu&) = default;
};

struct Gpus {
  std::vector<Gpu> each;

  friend bool operator==(const Gpus&, const Gpus&) = default;
};

}  // namespace proctape
