// SPDX-License-Identifier: Apache-2.0
//
// Foreign text as JSON must have it. Logs hold names and command lines in any encoding.
#pragma once

#include <string>
#include <string_view>

namespace proctape {

// Appends `text` as a JSON string, quotes included. Each byte that does not belong to a
// well-formed UTF-8 character becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace proctape
