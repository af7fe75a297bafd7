// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace proctape {

// "0", "812B", "4.1K", "23.5G": in powers of 1024, at most 7 characters.
std::string size_text(double bytes);

}  // namespace proctape
