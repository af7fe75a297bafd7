// SPDX-License-Identifier: Apache-2.0
#include "cli/view/csv_text.h"

#include "base/text/visible_text.h"

namespace proctape {

void append_csv_text(std::string& out, std::string_view text) {
  constexpr std::string_view kBeginsFormula = "=+-@";
  std::string shown = visible(text);
  if (!shown.empty() && kBeginsFormula.find(shown.front()) != kBeginsFormula.npos) {
    shown.insert(shown.begin(), '\'');
  }
  if (shown.find_first_of(",\"'") == shown.npos) {
    out += shown;
    return;
  }
  out += '"';
  for (const char c : shown) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace proctape
