// SPDX-License-Identifier: Apache-2.0
#include "query/why/words.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text/duration_text.h"
#include "base/text/format.h"

namespace proctape {

std::string number_words(double number) {
  constexpr double kWhole = 10, kSmall = 1;
  if (!std::isfinite(number)) return "?";
  if (std::abs(number) >= kWhole || number == std::floor(number)) {
    return formatted("{:.0f}", number);
  }
  if (std::abs(number) < kSmall) return formatted("{:.2f}", number);
  return formatted("{:.1f}", number);
}

std::string percent_words(double percent) { return number_words(percent) + " %"; }

std::string size_words(double bytes) {
  constexpr std::array kUnits = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
  constexpr double kStep = 1024;
  std::size_t unit = 0;
  while (std::abs(bytes) >= kStep && unit + 1 < kUnits.size()) {
    bytes /= kStep;
    ++unit;
  }
  return number_words(bytes) + ' ' + kUnits[unit];
}

std::string count_words(double count, std::string_view one, std::string_view several) {
  return number_words(count) + ' ' + std::string(count == 1 ? one : several);
}

std::string seconds_words(double seconds) {
  constexpr double kMinute = 60;
  if (seconds >= kMinute) return duration_text(std::llround(std::min(seconds, 1e15)));
  return number_words(seconds) + " s";
}

}  // namespace proctape
