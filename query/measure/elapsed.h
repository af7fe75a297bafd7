// SPDX-License-Identifier: Apache-2.0
//
// Of what time a sample tells.
#pragma once

#include <algorithm>

#include "base/time_bounds.h"
#include "sample/host.h"
#include "sample/sample.h"

namespace proctape {

// A difference below 0 is a sentinel or nonsense.
constexpr double used(double value) { return std::max(value, 0.0); }
constexpr double used(Count value) { return used(static_cast<double>(value)); }
template <typename Unit>
constexpr double used(Quantity<Unit> quantity) {
  return used(quantity.value);
}

// Of which counts of CPU time are; of damaged logs not as the header says.
inline double ticks_per_second(const Host& host) {
  return static_cast<double>(std::max<Count>(host.ticks_per_second, 1));
}

// How long its interval was; of damaged logs not as the record says.
inline double seconds_of(const Sample& sample) {
  constexpr double kLeast = 0.001;
  // It may have been shorter than the seconds that are stored.
  const double beyond = static_cast<double>(sample.beyond.value) / 1000;
  return std::max(used(bounded(sample.interval)) + beyond, kLeast);
}

// What no interval covers between a sample of the time `previous` and this one. A second may be due
// to rounding.
inline Seconds gap_before(Seconds previous, const Sample& sample) {
  const Seconds time = bounded(sample.time);
  const Seconds begin = sample.since_boot ? time : time - bounded(sample.interval);
  const Seconds gap = begin - previous;
  return gap > Seconds{1} ? gap : Seconds{};
}

}  // namespace proctape
