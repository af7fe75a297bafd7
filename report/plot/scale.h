// SPDX-License-Identifier: Apache-2.0
//
// Where values lie on an axis, and which of them are written beside it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/units.h"

namespace proctape {

struct Tick {
  double value = 0;
  std::string text;
};

// At most about `count` round numbers from 0 to `most`: 1, 2 or 5 times a power of ten; of bytes, a
// power of two.
std::vector<Tick> number_ticks(double most, double count);
std::vector<Tick> byte_ticks(double most, double count);

// Round times of the local zone between the two, with their days where there are several.
std::vector<Tick> time_ticks(Seconds from, Seconds to, double count);

// "16M": a size without what is behind the point, where nothing is.
std::string short_size_text(double bytes);
// "0.5", "20", "1500".
std::string short_number_text(double number);

}  // namespace proctape
