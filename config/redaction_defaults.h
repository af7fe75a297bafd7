// SPDX-License-Identifier: Apache-2.0
//
// The patterns by which secrets on command lines are found, if the configuration has none
// of its own. Meant for users in config/proctape.toml, which repeats them.
#pragma once

#include <string>
#include <vector>

namespace proctape {

std::vector<std::string> default_redaction();

}  // namespace proctape
