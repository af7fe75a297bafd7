// SPDX-License-Identifier: Apache-2.0
#include "cli/output/csv_field.h"

namespace proctape {

void append_csv_field(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"'\r\n") == text.npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace proctape
