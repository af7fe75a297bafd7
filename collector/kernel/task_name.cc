// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/task_name.h"

#include <algorithm>
#include <array>

#include "base/text/text.h"

namespace proctape {

InlineText<15> task_name(std::string_view bytes) {
  std::array<char, 15> name{};
  const auto kept = cut_utf8(bytes, name.size());
  std::copy(kept.begin(), kept.end(), name.begin());
  make_printable_utf8(name.data(), name.data() + kept.size(), '?');
  return std::string_view(name.data(), kept.size());
}

}  // namespace proctape
