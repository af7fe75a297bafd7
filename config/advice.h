// SPDX-License-Identifier: Apache-2.0
//
// What is not wrong in a configuration, and may surprise all the same: for --check-config.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace proctape {

std::vector<std::string> advice_on(const Config& config);

}  // namespace proctape
