// SPDX-License-Identifier: Apache-2.0
//
// Points of a time line, of which several that follow each other become one.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace proctape {

// Which neighbours become one: those behind a gap, or since boot, tell of another time.
enum class Joins { kThoseThatFollow, kAny };

// Each of at most `together` points, by add(point, sum). A point has `since_boot` and `gap`.
template <typename Point, typename Add>
std::vector<Point> joined_points(std::span<const Point> points, std::size_t together, Joins which,
                                 const Add& add) {
  std::vector<Point> result;
  std::size_t in_last = 0;
  for (const Point& point : points) {
    const bool follows =
        !result.empty() && !point.since_boot && !result.back().since_boot && point.gap.value == 0;
    const bool may_join = follows || which == Joins::kAny;
    if (!result.empty() && in_last < together && may_join) {
      add(point, result.back());
      ++in_last;
    } else {
      result.push_back(point);
      in_last = 1;
    }
  }
  return result;
}

// How many of `points` become one, if about `count` are wanted.
constexpr std::size_t joined_together(std::size_t points, std::size_t count) {
  return (points + count - 1) / (count == 0 ? 1 : count);
}

}  // namespace proctape
