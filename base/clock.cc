// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <ctime>

namespace proctape {
namespace {

std::chrono::nanoseconds read_clock(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

WallTime SystemClock::wall() const { return WallTime(read_clock(CLOCK_REALTIME)); }
SinceBoot SystemClock::since_boot() const { return read_clock(CLOCK_BOOTTIME); }
std::chrono::nanoseconds SystemClock::awake() const { return read_clock(CLOCK_MONOTONIC); }

}  // namespace proctape
