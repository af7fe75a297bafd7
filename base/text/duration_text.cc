// SPDX-License-Identifier: Apache-2.0
#include "base/text/duration_text.h"

namespace proctape {

std::string duration_text(std::int64_t seconds) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  const auto two = [&](std::int64_t unit, char name, std::int64_t below, char below_name) {
    const std::int64_t rest = seconds % unit / below;
    std::string text = std::to_string(seconds / unit) + name;
    if (rest != 0) text += ' ' + std::to_string(rest) + below_name;
    return text;
  };
  if (seconds < kMinute) return std::to_string(seconds) + 's';
  if (seconds < kHour) return two(kMinute, 'm', 1, 's');
  if (seconds < kDay) return two(kHour, 'h', kMinute, 'm');
  return two(kDay, 'd', kHour, 'h');
}

}  // namespace proctape
