// SPDX-License-Identifier: Apache-2.0
#include "base/text/size_text.h"

#include <cmath>
#include <cstddef>
#include <string_view>

#include "base/text/format.h"

namespace proctape {

std::string size_text(double bytes) {
  constexpr std::string_view kUnits = "BKMGTPE";
  std::size_t unit = 0;
  double value = bytes;
  // 1023.96 would become "1024.0".
  while (std::abs(value) >= 1023.95 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  if (unit > 0) return formatted("{:.1f}{}", value, kUnits[unit]);
  return std::abs(value) < 0.5 ? "0" : formatted("{:.0f}B", value);
}

}  // namespace proctape
