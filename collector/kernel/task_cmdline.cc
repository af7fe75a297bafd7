// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/task_cmdline.h"

#include <array>

#include "base/text/text.h"

namespace proctape {

InlineText<255> parse_task_cmdline(std::string_view bytes) {
  bytes = cut_utf8(bytes, InlineText<255>::kCapacity);
  if (bytes.ends_with('\0')) bytes.remove_suffix(1);
  std::array<char, InlineText<255>::kCapacity> line;
  std::copy(bytes.begin(), bytes.end(), line.begin());
  make_printable_utf8(line.data(), line.data() + bytes.size(), ' ');
  return std::string_view(line.data(), bytes.size());
}

}  // namespace proctape
