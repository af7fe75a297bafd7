// SPDX-License-Identifier: Apache-2.0
#include "report/picture/color.h"

#include <algorithm>
#include <cmath>

#include "base/text/format.h"

namespace proctape {

Color hsl(double hue, double saturation, double lightness) {
  const double reach = saturation * std::min(lightness, 1 - lightness);
  const auto part = [&](double offset) {
    const double k = std::fmod(offset + hue / 30, 12);
    const double value = lightness - reach * std::max(-1.0, std::min({k - 3, 9 - k, 1.0}));
    return static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0, 1.0)));
  };
  return {part(0), part(8), part(4), 1};
}

std::string hex_text(const Color& color) {
  return formatted("#{:02x}{:02x}{:02x}", color.red, color.green, color.blue);
}

}  // namespace proctape
