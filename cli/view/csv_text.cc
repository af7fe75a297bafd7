// SPDX-License-Identifier: Apache-2.0
#include "cli/view/csv_text.h"

#include "base/text/visible_text.h"
#include "cli/output/csv_field.h"

namespace proctape {

void append_csv_text(std::string& out, std::string_view text) {
  constexpr std::string_view kBeginsFormula = "=+-@";
  std::string shown = visible(text);
  if (!shown.empty() && kBeginsFormula.find(shown.front()) != kBeginsFormula.npos) {
    shown.insert(shown.begin(), '\'');
  }
  append_csv_field(out, shown);
}

}  // namespace proctape
