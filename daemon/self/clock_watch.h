// SPDX-License-Identifier: Apache-2.0
//
// Notices that the machine slept, and that somebody set the clock, by comparing clocks: no hook
// has to call, and nothing is missed.
#pragma once

#include <chrono>

#include "base/clock.h"
#include "base/units.h"

namespace proctape {

class ClockWatch {
 public:
  // Less is no suspend and no step. The clocks are read one after another, and being put off the
  // CPU meanwhile must not look like either; NTP adjusts all of them alike.
  static constexpr std::chrono::milliseconds kLeast{100};

  // `clock` must outlive this. What was before counts for nothing.
  explicit ClockWatch(const Clock& clock);

  struct Events {
    std::chrono::nanoseconds slept{};    // 0: it did not
    std::chrono::nanoseconds stepped{};  // of the wall clock, < 0 back; 0: nobody set it
  };
  // What happened since this was last asked; counted below.
  Events look();

  Count suspends() const { return suspends_; }
  std::chrono::nanoseconds slept() const { return slept_; }  // all of them together
  Count steps() const { return steps_; }
  std::chrono::nanoseconds last_step() const { return last_step_; }

 private:
  // How far the clocks are apart, which changes by nothing else.
  struct Distances {
    std::chrono::nanoseconds asleep;
    std::chrono::nanoseconds wall;
  };
  Distances distances() const;

  const Clock* clock_;
  Distances known_;
  Count suspends_ = 0;
  std::chrono::nanoseconds slept_{};
  Count steps_ = 0;
  std::chrono::nanoseconds last_step_{};
};

}  // namespace proctape
