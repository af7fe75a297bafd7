// SPDX-License-Identifier: Apache-2.0
#include "config/size.h"

#include <charconv>
#include <limits>
#include <string>
#include <system_error>

namespace proctape {

std::optional<std::int64_t> parse_size(std::string_view text) {
  int shift = 10;
  for (const char* unit : {"KiB", "MiB", "GiB", "TiB"}) {
    if (const auto number = parse_amount(text, unit)) {
      if (*number > std::numeric_limits<std::int64_t>::max() >> shift) return std::nullopt;
      return *number << shift;
    }
    shift += 10;
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_amount(std::string_view text, std::string_view unit) {
  if (!text.ends_with(unit)) return std::nullopt;
  text.remove_suffix(unit.size());
  // from_chars would take a sign.
  if (text.empty() || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return number;
}

}  // namespace proctape
