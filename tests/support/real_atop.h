// SPDX-License-Identifier: Apache-2.0
//
// The atop that is installed on this machine: each Debian has another release, and each release
// reads the logs of its own version only.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "rawlog/layout/version.h"
#include "tests/support/run.h"

namespace proctape {

// What it says of itself: "Version: 2.8.1 - 2023/01/07 ..."; none if there is none.
inline std::optional<Version> real_atop() {
  static const auto version = []() -> std::optional<Version> {
    const std::string told = run({"atop", "-V"}).out;
    constexpr std::string_view kLabel = "Version: ";
    const auto label = told.find(kLabel);
    if (label == told.npos) return std::nullopt;
    const auto begin = label + kLabel.size();
    const auto dot = told.find('.', begin);
    if (dot == told.npos) return std::nullopt;
    return parse_version(told.substr(begin, told.find_first_of(". \n", dot + 1) - begin));
  }();
  return version;
}

}  // namespace proctape
