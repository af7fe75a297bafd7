// SPDX-License-Identifier: Apache-2.0
#include "report/plot/columns.h"

#include <algorithm>
#include <cmath>

namespace proctape {

std::vector<TimeColumn> columns_of(std::span<const SystemPoint> points, Measure measure,
                                   Seconds from, Seconds to, std::size_t count) {
  std::vector<TimeColumn> columns(count);
  std::vector<double> weights(count);
  const double length =
      std::max(static_cast<double>((to - from).value), 1.0) / static_cast<double>(count);
  for (const SystemPoint& point : points) {
    const double value = point[measure];
    if (std::isnan(value)) continue;
    const double end = static_cast<double>((point.time - from).value) / length;
    // Only how it was then is known of one since boot.
    const double begin = end - (point.since_boot ? 0 : point.seconds / length);
    const auto last_column = static_cast<double>(count) - 1;
    const auto first = static_cast<std::size_t>(std::clamp(std::floor(begin), 0.0, last_column));
    const auto last =
        static_cast<std::size_t>(std::clamp(std::ceil(end) - 1, double(first), last_column));
    for (std::size_t i = first; i <= last; ++i) {
      const double covered =
          std::min(end, static_cast<double>(i + 1)) - std::max(begin, static_cast<double>(i));
      const double weight = std::max(covered, 1e-6);
      TimeColumn& column = columns[i];
      const double sum = weights[i] > 0 ? column.mean * weights[i] : 0;
      weights[i] += weight;
      column.mean = (sum + value * weight) / weights[i];
      column.most = std::fmax(column.most, value);
    }
  }
  return columns;
}

}  // namespace proctape
