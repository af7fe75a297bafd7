// SPDX-License-Identifier: Apache-2.0
//
// Foreign text as a field of CSV (RFC 4180).
#pragma once

#include <string>
#include <string_view>

namespace proctape {

// Appends `text` as a field, in quotes: what a terminal would obey as an escape, and what a
// spreadsheet would take for a formula behind an apostrophe.
void append_csv_text(std::string& out, std::string_view text);

}  // namespace proctape
