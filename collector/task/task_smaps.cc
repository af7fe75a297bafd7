// SPDX-License-Identifier: Apache-2.0
#include "collector/task/task_smaps.h"

#include "base/text/text.h"

namespace proctape {

Result<Bytes> parse_task_smaps(std::string_view text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    auto line = next_line(rest);
    if (next_word(line) != "Pss:") continue;
    const auto value = next_number(line);
    if (!value) break;
    return kibibytes(*value);
  }
  return malformed("smaps_rollup of a task", "a line 'Pss: <kB>'", text);
}

}  // namespace proctape
