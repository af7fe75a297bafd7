// SPDX-License-Identifier: Apache-2.0
//
// The time, behind an interface so that tests can live through a day in a second.
#pragma once

#include <chrono>

namespace proctape {

// Wall clock, since 1970 UTC. Steps when somebody sets it.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;
// CLOCK_BOOTTIME: since boot, suspends included. Never steps.
using SinceBoot = std::chrono::nanoseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime wall() const = 0;
  virtual SinceBoot since_boot() const = 0;
  // CLOCK_MONOTONIC: as since_boot(), without the time that the machine slept.
  virtual std::chrono::nanoseconds awake() const = 0;
};

class SystemClock final : public Clock {
 public:
  WallTime wall() const override;
  SinceBoot since_boot() const override;
  std::chrono::nanoseconds awake() const override;
};

}  // namespace proctape
