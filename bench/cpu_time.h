// SPDX-License-Identifier: Apache-2.0
//
// CPU time of this thread, and of many readings of it the middle: for the benchmark's programs.
#pragma once

#include <time.h>

#include <algorithm>
#include <vector>

namespace proctape {

inline double cpu_microseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// `values` is not empty.
inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace proctape
