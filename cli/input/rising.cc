// SPDX-License-Identifier: Apache-2.0
#include "cli/input/rising.h"

#include <algorithm>
#include <cstddef>

namespace proctape {

// Patience sorting: ends[n] is the place of the smallest time with which a rising choice of
// n + 1 times can end; before[i] the place in front of i in the longest that ends with i.
std::vector<bool> most_rising(const std::vector<Count>& times) {
  constexpr std::size_t kNone = SIZE_MAX;
  std::vector<std::size_t> ends;
  std::vector<std::size_t> before(times.size(), kNone);
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto end = std::ranges::upper_bound(ends, times[i], {},
                                              [&](std::size_t place) { return times[place]; });
    if (end != ends.begin()) before[i] = *std::prev(end);
    if (end == ends.end()) {
      ends.push_back(i);
    } else {
      *end = i;
    }
  }
  std::vector<bool> chosen(times.size());
  for (std::size_t i = ends.empty() ? kNone : ends.back(); i != kNone; i = before[i]) {
    chosen[i] = true;
  }
  return chosen;
}

}  // namespace proctape
