// SPDX-License-Identifier: Apache-2.0
//
// Which of a log's times can be kept so that they never fall.
#pragma once

#include <vector>

#include "base/units.h"

namespace proctape {

// Marks the longest choice of `times`, in their order, that never falls. One wrong time
// costs that one only, whether it lies too early or too late. Takes n log n.
std::vector<bool> most_rising(const std::vector<Count>& times);

}  // namespace proctape
