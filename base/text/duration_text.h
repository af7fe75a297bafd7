// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace proctape {

// Seconds for people: "45s", "2m 5s", "2h 8m", "3d 4h".
std::string duration_text(std::int64_t seconds);

}  // namespace proctape
