// SPDX-License-Identifier: Apache-2.0
//
// Findings of `proctape why` (query/why) as people read them, and as JSON.
#pragma once

#include <cstddef>
#include <string>

#include "base/text/json.h"
#include "query/why/finding.h"

namespace proctape {

// "1. critical: The kernel killed ...", with when, who, and `command`, which shows more. Lines are
// at most `width` wide; 0: as wide as they are.
std::string finding_text(std::size_t number, const Finding& finding, const std::string& command,
                         std::size_t width);

void add_to(const JsonArray& findings, const Finding& finding, const std::string& command);

}  // namespace proctape
