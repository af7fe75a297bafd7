// SPDX-License-Identifier: Apache-2.0
//
// What counters may be. A driver that subtracts too much prints a number below zero, or a huge
// unsigned one. Compared with the next reading, which is well again, it would be all since boot.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sample/system.h"

namespace proctape {

struct ImpossibleCounter {
  std::string_view name;  // in its schema
  std::int64_t value;
};

// Whether nothing can have counted so much, or less than nothing: 2^62 ns are 146 years.
constexpr bool is_impossible(std::int64_t counter) {
  constexpr std::int64_t kMost = std::int64_t{1} << 62;
  return counter < 0 || counter > kMost;
}

// In `now`, a snapshot, such counters stay as they were in the one before; those of what was not
// there before become kNeverRead. Returns the first. `before`: null if there is none.
std::optional<ImpossibleCounter> hold_counters(const System* before, System& now);

}  // namespace proctape
