// SPDX-License-Identifier: Apache-2.0
#include "base/time_text.h"

#include <array>
#include <ctime>

#include "base/text/format.h"

namespace proctape {

std::string time_text(Seconds time, const char* format) {
  const std::time_t seconds = time.value;
  std::tm local{};
  std::array<char, 64> text{};
  if (!localtime_r(&seconds, &local) ||
      std::strftime(text.data(), text.size(), format, &local) == 0) {
    return formatted("@{}", seconds);
  }
  return text.data();
}

}  // namespace proctape
