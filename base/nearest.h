// SPDX-License-Identifier: Apache-2.0
//
// Rounding, without a library of mathematics in the daemon's memory for it.
#pragma once

#include <cstdint>
#include <limits>

namespace proctape {

// The nearest integer to a `value` that is not negative; the largest there is, if it is beyond.
constexpr std::int64_t nearest(double value) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  return value < static_cast<double>(kMost) ? static_cast<std::int64_t>(value + 0.5) : kMost;
}

}  // namespace proctape
