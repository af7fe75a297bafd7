// SPDX-License-Identifier: Apache-2.0
//
// A measure over time as columns of a picture, however many samples there are.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/units.h"
#include "query/measure/system_measures.h"

namespace proctape {

struct TimeColumn {
  double mean = kNotKnown;  // of the intervals in it, by how much of each is
  double most = kNotKnown;
};

// `count` columns of the same length from `from` to `to`; not known where nothing was recorded.
std::vector<TimeColumn> columns_of(std::span<const SystemPoint> points, Measure measure,
                                   Seconds from, Seconds to, std::size_t count);

}  // namespace proctape
