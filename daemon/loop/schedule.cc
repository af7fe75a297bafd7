// SPDX-License-Identifier: Apache-2.0
#include "daemon/loop/schedule.h"

#include <ctime>

namespace proctape {

WallTime next_aligned(WallTime now, std::chrono::nanoseconds interval) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  std::tm local{};
  ::localtime_r(&seconds, &local);
  const std::chrono::seconds offset(local.tm_gmtoff);
  const auto since_local_epoch = now.time_since_epoch() + offset;
  const auto aligned = (since_local_epoch / interval + 1) * interval;
  return WallTime(aligned - offset);
}

WallTime first_aligned(WallTime now, std::chrono::nanoseconds interval) {
  const WallTime next = next_aligned(now, interval);
  return next - now < interval / 2 ? next_aligned(next, interval) : next;
}

bool too_early(WallTime now, WallTime due, std::chrono::nanoseconds interval) {
  return now < due && due - now <= interval;
}

}  // namespace proctape
