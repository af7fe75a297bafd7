// SPDX-License-Identifier: Apache-2.0
//
// Numbers, times and foreign text in the form in which people read them, and tables of
// them. Takes any value that a log may hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text/duration_text.h"
#include "base/text/size_text.h"
#include "base/time_text.h"

namespace proctape {

// "97.5", or "-" where `whole` is 0.
std::string percent_text(double part, double whole);

// At most `width` bytes of it, on one line and fit for a terminal (base/text/visible_text.h).
std::string printable(std::string_view text, std::size_t width);

// Columns of cells below each other.
struct TextColumn {
  std::string heading;
  bool is_number = true;  // to the right
};
using TextRow = std::vector<std::string>;  // as many cells as there are columns

// With the headings. A text in the last column is not filled up, and cut where the line would be
// wider than `width` (0: it never is).
std::string aligned(const std::vector<TextColumn>& columns, const std::vector<TextRow>& rows,
                    std::size_t width = 0);

}  // namespace proctape
