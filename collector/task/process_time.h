// SPDX-License-Identifier: Apache-2.0
//
// CPU time of a process that ended, as /proc would have shown it, in whole ticks.
#pragma once

#include "base/units.h"

namespace proctape {

struct ProcessTime {
  Nanoseconds user;
  Nanoseconds system;

  friend bool operator==(const ProcessTime&, const ProcessTime&) = default;
};

// The kernel finds out by its timer whether a task is in user or kernel mode, and by its
// scheduler, exactly, how long it ran. What it shows of a process is the latter divided in the
// proportion of the former (kernel/sched/cputime.c); neither part may fall below what was `shown`
// before.
ProcessTime divide_run_time(Nanoseconds run_time, ProcessTime sampled, ProcessTime shown);

// Times that are shorter than a tick, most of them, but whose sum is to be exact: what is left
// over of one counts for the next.
class WholeTicks {
 public:
  explicit WholeTicks(Count ticks_per_second) : tick_{1'000'000'000 / ticks_per_second} {}

  Ticks take(Nanoseconds time) {
    left_over_ += time;
    const Ticks whole{left_over_.value / tick_};
    left_over_.value %= tick_;
    return whole;
  }

 private:
  Count tick_;  // ns
  Nanoseconds left_over_;
};

}  // namespace proctape
