// SPDX-License-Identifier: Apache-2.0
#include "cli/output/terminal_width.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text/text.h"
#include "base/units.h"

namespace proctape {

std::size_t terminal_width() {
  constexpr std::size_t kOtherwise = 100;
  constexpr Count kLeast = 40;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= kLeast) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const auto number = columns ? to_number(columns) : std::nullopt;
  return number && *number >= kLeast ? static_cast<std::size_t>(*number) : kOtherwise;
}

}  // namespace proctape
