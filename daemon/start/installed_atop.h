// SPDX-License-Identifier: Apache-2.0
//
// Which log version the atop of this host reads: that of its release, asked of the program.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"
#include "rawlog/layout/version.h"

namespace proctape {

// Runs `atop -V`, found by PATH, for `patience` at most; it is killed then. kMissing if there
// is no atop; kInvalid if it is a release that rawlog/layout/version.h does not know; kMalformed if
// it says something else, or nothing.
Result<Version> installed_atop_version(
    std::chrono::milliseconds patience = std::chrono::seconds(2));

// From what it prints: "Version: 2.8.1 - 2023/01/07 14:27:57     <gerlof...>".
Result<Version> parse_atop_version(std::string_view text);

}  // namespace proctape
