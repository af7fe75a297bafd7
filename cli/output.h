// SPDX-License-Identifier: Apache-2.0
//
// Standard output and standard error. Neither throws nor fails here: main looks at
// standard output once, at the end.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace proctape {

inline void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// One line for the user.
inline void complain(std::string_view text) {
  const std::string line = "proctape: " + std::string(text) + '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace proctape
