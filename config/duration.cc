// SPDX-License-Identifier: Apache-2.0
#include "config/duration.h"

#include <charconv>
#include <cstdint>
#include <system_error>

namespace proctape {
namespace {

struct Unit {
  std::string_view name;
  std::chrono::nanoseconds length;
};

// Longest first: to_string takes the first that divides evenly.
constexpr Unit kUnits[] = {
    {"h", std::chrono::hours(1)},
    {"m", std::chrono::minutes(1)},
    {"s", std::chrono::seconds(1)},
    {"ms", std::chrono::milliseconds(1)},
};

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc{}) return std::nullopt;
  const std::string_view name(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
  for (const Unit& unit : kUnits) {
    if (name != unit.name) continue;
    const auto most = static_cast<std::uint64_t>(std::chrono::nanoseconds::max() / unit.length);
    if (number > most) return std::nullopt;
    return static_cast<std::int64_t>(number) * unit.length;
  }
  return std::nullopt;
}

std::string to_string(std::chrono::nanoseconds duration) {
  const Unit* unit = kUnits;
  while (unit != std::end(kUnits) - 1 && duration % unit->length != duration.zero()) ++unit;
  return std::to_string(duration / unit->length) + std::string(unit->name);
}

}  // namespace proctape
