// SPDX-License-Identifier: Apache-2.0
//
// Amounts as people write them: sizes ("512MiB", "2GiB"), parts of a whole ("10%") and
// numbers of days ("28d"): a whole number and its unit, without a sign or spaces.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace proctape {

// In bytes; of KiB, MiB, GiB or TiB. None if `text` is anything else or does not fit.
std::optional<std::int64_t> parse_size(std::string_view text);

// The number before `unit`, such as 10 of "10%" or 28 of "28d".
std::optional<std::int64_t> parse_amount(std::string_view text, std::string_view unit);

}  // namespace proctape
