// SPDX-License-Identifier: Apache-2.0
#include "report/plot/theme.h"

#include <array>
#include <cstdint>

#include "base/text/hash.h"

namespace proctape {
namespace {

constexpr Theme kLight = {
    .background = rgb(0xffffff),
    .ink = rgb(0x1e2430),
    .soft = rgb(0x5b6472),
    .grid = rgb(0xe3e7ec),
    .idle = rgb(0xc3cad3),
    .cpu = rgb(0xd92626),
    .io = rgb(0x16952e),
    .both = rgb(0xee7700),
    .ended = rgb(0xe3c000),
    .blue = rgb(0x3b78d8),
    .red = rgb(0xd64545),
    .orange = rgb(0xee8a1d),
    .green = rgb(0x2c9e68),
    .purple = rgb(0x8e5bd0),
    .grey = rgb(0x8792a1),
    .lightness = 0.44,
};
constexpr Theme kDark = {
    .background = rgb(0x14181f),
    .ink = rgb(0xe8ecf2),
    .soft = rgb(0x9aa5b5),
    .grid = rgb(0x2b323d),
    .idle = rgb(0x4a5463),
    .cpu = rgb(0xff5a52),
    .io = rgb(0x3ecf5c),
    .both = rgb(0xff9d2e),
    .ended = rgb(0xf2dc3d),
    .blue = rgb(0x5b9bff),
    .red = rgb(0xf26d6d),
    .orange = rgb(0xffa94d),
    .green = rgb(0x4cc38a),
    .purple = rgb(0xb48bf0),
    .grey = rgb(0x8c97a8),
    .lightness = 0.64,
};

}  // namespace

const Theme& theme_of(bool dark) { return dark ? kDark : kLight; }

Color color_of_name(std::string_view name, const Theme& theme) {
  constexpr std::uint64_t kHues = 24;
  constexpr double kDegrees = 360.0 / kHues;
  struct Shade {
    double saturation, lighter;
  };
  constexpr std::array<Shade, 3> kShades = {{{0.72, 0}, {0.42, 0.1}, {0.95, -0.1}}};
  // What is in front was chosen so that no two of sixteen common users have the same hue.
  const std::uint64_t hash = hash_of(name, hash_of("ll"));
  const Shade& shade = kShades[hash / kHues % kShades.size()];
  return hsl(static_cast<double>(hash % kHues) * kDegrees, shade.saturation,
             theme.lightness + shade.lighter);
}

}  // namespace proctape
