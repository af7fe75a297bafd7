// SPDX-License-Identifier: Apache-2.0
//
// Durations as people write them: a whole number and its unit, "500ms", "10s", "5m", "1h".
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace proctape {

// None if `text` is anything else, has a sign or spaces, or does not fit (292 years).
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

// The shortest text that parse_duration reads as `duration`, which must be whole milliseconds.
std::string to_string(std::chrono::nanoseconds duration);

}  // namespace proctape
