// SPDX-License-Identifier: Apache-2.0
//
// A field of CSV (RFC 4180).
#pragma once

#include <string>
#include <string_view>

namespace proctape {

// Appends the bytes of `text` as they are: in quotes where a comma, a quote or a line's end is
// among them. An apostrophe asks for quotes, too: some programs take it for one.
void append_csv_field(std::string& out, std::string_view text);

}  // namespace proctape
