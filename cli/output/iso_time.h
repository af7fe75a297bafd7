// SPDX-License-Identifier: Apache-2.0
//
// Times as programs read them: ISO 8601.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/units.h"

namespace proctape {

// "2026-11-21T04:39:12Z", or with the offset of the local zone.
std::string iso_time(Seconds time);

// The same with milliseconds: "2026-11-21T04:39:12.250Z".
std::string iso_time(WallTime time);

}  // namespace proctape
