// SPDX-License-Identifier: Apache-2.0
//
// How one counter, and how all counters of a struct, are subtracted.
#pragma once

#include "base/units.h"

namespace proctape {

// What a counter that fell means.
enum class OnFall {
  kBegunAnew,  // its new value is what the interval added
  kNothing,    // a correction backwards: the interval added nothing
};

constexpr std::int64_t counter_difference(std::int64_t before, std::int64_t now, OnFall on_fall) {
  if (now == kUnknown) return kUnknown;
  if (before == kUnknown) before = 0;
  if (now >= before) return wrapping_difference(now, before);
  return on_fall == OnFall::kBegunAnew ? now : 0;
}

constexpr void subtract(Count before, Count& now, OnFall on_fall) {
  now = counter_difference(before, now, on_fall);
}
template <typename Unit>
constexpr void subtract(Quantity<Unit> before, Quantity<Unit>& now, OnFall on_fall) {
  now.value = counter_difference(before.value, now.value, on_fall);
}

// Turns the counters `members` of `now`, which holds the values at the end of the interval,
// into differences.
template <OnFall kOnFall = OnFall::kBegunAnew, typename T, typename... Members>
constexpr void subtract_counters(const T& before, T& now, Members... members) {
  (subtract(before.*members, now.*members, kOnFall), ...);
}

}  // namespace proctape
