// SPDX-License-Identifier: Apache-2.0
//
// Colours as sRGB, each with how much of what is behind it it hides.
#pragma once

#include <cstdint>
#include <string>

namespace proctape {

struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  double opacity = 1;

  friend bool operator==(const Color&, const Color&) = default;
};

// 0xRRGGBB.
constexpr Color rgb(std::uint32_t hex) {
  return {static_cast<std::uint8_t>(hex >> 16), static_cast<std::uint8_t>(hex >> 8),
          static_cast<std::uint8_t>(hex), 1};
}

constexpr Color faded(Color color, double opacity) {
  color.opacity *= opacity;
  return color;
}

// `hue` in degrees, the others from 0 to 1.
Color hsl(double hue, double saturation, double lightness);

// "#3b82f6"; without the opacity.
std::string hex_text(const Color& color);

}  // namespace proctape
