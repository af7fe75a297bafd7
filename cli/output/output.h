// SPDX-License-Identifier: Apache-2.0
//
// What subcommands say: results by base/text/output.h, and to the user:
#pragma once

#include <string>
#include <string_view>

#include "base/text/output.h"

namespace proctape {

// One line on standard error.
inline void complain(std::string_view text) { print_error_line("proctape: " + std::string(text)); }

}  // namespace proctape
