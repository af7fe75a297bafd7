// SPDX-License-Identifier: Apache-2.0
//
// Times as they are typed on the command line.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/units.h"

namespace proctape {

// In the local time zone, where a day alone is its beginning:
//
//   10:00  10:00:30             on the day of `usual_day`
//   2026-11-21  2026-11-21 10:00  2026-11-21T10:00:30
//   today  yesterday 10:00      by the day of `now`
//   1795235953                  seconds since 1970
//
// 24:00 is the end of a day.
Result<Seconds> parse_time(std::string_view text, Seconds usual_day, Seconds now);

}  // namespace proctape
