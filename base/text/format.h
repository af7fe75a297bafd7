// SPDX-License-Identifier: Apache-2.0
//
// Text by fmt's format strings (https://fmt.dev/latest/syntax/), which the compiler checks. What
// works them out is compiled in one file: as a header it takes seconds in each.
#pragma once

#include <fmt/core.h>

#include <string>

namespace proctape {

std::string format_text(fmt::string_view format, fmt::format_args arguments);

template <typename... Arguments>
std::string formatted(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return format_text(format, fmt::make_format_args(arguments...));
}

}  // namespace proctape
