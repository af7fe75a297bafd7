// SPDX-License-Identifier: Apache-2.0
//
// A clock that stands where the test puts it.
#pragma once

#include "base/clock.h"

namespace proctape {

class FakeClock final : public Clock {
 public:
  FakeClock(WallTime wall, SinceBoot since_boot) : wall_(wall), since_boot_(since_boot) {}

  WallTime wall() const override { return wall_; }
  SinceBoot since_boot() const override { return since_boot_; }
  std::chrono::nanoseconds awake() const override { return since_boot_ - asleep_; }

  void advance(std::chrono::nanoseconds by) {
    wall_ += by;
    since_boot_ += by;
  }
  // The machine sleeps.
  void suspend(std::chrono::nanoseconds by) {
    advance(by);
    asleep_ += by;
  }
  // As somebody does who sets the wall clock.
  void step_wall(std::chrono::nanoseconds by) { wall_ += by; }

 private:
  WallTime wall_;
  SinceBoot since_boot_;
  std::chrono::nanoseconds asleep_{};
};

}  // namespace proctape
