// SPDX-License-Identifier: Apache-2.0
#include "cli/output/iso_time.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string_view>

namespace proctape {
namespace {

// `fraction` stands behind the seconds.
std::string iso_time_of(std::time_t seconds, std::string_view fraction) {
  std::tm local{};
  std::array<char, 64> text{};
  if (!localtime_r(&seconds, &local) ||
      std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &local) == 0) {
    return fmt::format("@{}{}", seconds, fraction);
  }
  const long minutes = local.tm_gmtoff / 60;
  if (minutes == 0) return fmt::format("{}{}Z", text.data(), fraction);
  return fmt::format("{}{}{}{:02}:{:02}", text.data(), fraction, minutes < 0 ? '-' : '+',
                     std::abs(minutes) / 60, std::abs(minutes) % 60);
}

}  // namespace

std::string iso_time(Seconds time) { return iso_time_of(time.value, {}); }

std::string iso_time(WallTime time) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  const auto whole = std::chrono::floor<seconds>(time);
  const auto rest = std::chrono::floor<milliseconds>(time - whole);
  return iso_time_of(whole.time_since_epoch().count(), fmt::format(".{:03}", rest.count()));
}

}  // namespace proctape
