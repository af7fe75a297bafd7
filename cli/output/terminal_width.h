// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace proctape {

// Columns of the terminal that standard output is; where it is none, of $COLUMNS, else 100.
std::size_t terminal_width();

}  // namespace proctape
