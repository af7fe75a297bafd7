// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/units.h"

namespace proctape {

// In the local time zone; `format` is strftime's.
std::string time_text(Seconds time, const char* format);
inline constexpr const char* kDateAndTime = "%Y-%m-%d %H:%M:%S";
inline constexpr const char* kTimeOnly = "%H:%M:%S";

}  // namespace proctape
