// SPDX-License-Identifier: Apache-2.0
//
// Times as a damaged log may have them.
#pragma once

#include <algorithm>

#include "base/units.h"

namespace proctape {

// No time in a log is later: the end of the year 9999.
inline constexpr Seconds kLatestTime{253'402'300'800};
// A time or an interval of a log, which may be damaged, where arithmetic on it is safe.
constexpr Seconds bounded(Seconds time) { return std::clamp(time, Seconds{}, kLatestTime); }

}  // namespace proctape
