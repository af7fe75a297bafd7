// SPDX-License-Identifier: Apache-2.0
//
// CMakeLists.txt has it compiled with FMT_HEADER_ONLY.
#include "base/text/format.h"

namespace proctape {

std::string format_text(fmt::string_view format, fmt::format_args arguments) {
  return fmt::vformat(format, arguments);
}

}  // namespace proctape
