// SPDX-License-Identifier: Apache-2.0
//
// The colours of a plot, on light and on dark ground.
#pragma once

#include <string_view>

#include "report/picture/color.h"

namespace proctape {

struct Theme {
  Color background;
  Color ink;   // of titles and labels
  Color soft;  // of what explains: ticks, units, legends
  Color grid;  // of lines behind everything
  // What a process does.
  Color idle, cpu, io, both, ended;
  // Of kinds beside each other, as in a stack.
  Color blue, red, orange, green, purple, grey;
  double lightness;  // of colours by name, on this ground
};

const Theme& theme_of(bool dark);

// The same for a name in every picture: by FNV-1a of "ll" and the name one of 24 hues in one of
// three shades.
Color color_of_name(std::string_view name, const Theme& theme);

}  // namespace proctape
