// SPDX-License-Identifier: Apache-2.0
//
// What subcommands say: results by base/text/output.h, and to the user:
#pragma once

#include <string_view>

#include "base/text/output.h"

namespace proctape {

// One line on standard error.
void complain(std::string_view text);

// From now on each is a JSON object there: {"error": TEXT}.
void complain_in_json();

}  // namespace proctape
