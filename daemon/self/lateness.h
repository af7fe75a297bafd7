// SPDX-License-Identifier: Apache-2.0
//
// How far samples lag behind the moments that they are due, and how many moments passed without
// one: a sample that takes longer than the interval is not made up for, the next is taken at
// the next aligned time.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"
#include "base/timing.h"
#include "base/units.h"

namespace proctape {

class Lateness {
 public:
  static constexpr std::chrono::hours kRepeatAfter{1};

  // A sample that was due at `due` was begun at `begun` and done at `done`; `slept` is how long
  // the machine slept meanwhile, which is nobody's lateness. Returns how many moments, one each
  // `interval` after `due`, have passed without a sample of their own.
  Count add(SinceBoot due, SinceBoot begun, SinceBoot done, std::chrono::nanoseconds slept,
            std::chrono::nanoseconds interval);

  // How many were skipped since that was told the last time, if it is to be told now: at once,
  // and then at most every kRepeatAfter.
  std::optional<Count> to_tell(SinceBoot now);

  const Timing& begins() const { return begins_; }  // how late samples were begun
  Count skipped() const { return skipped_; }

 private:
  Timing begins_;
  Count skipped_ = 0;
  Count told_ = 0;  // of skipped_
  std::optional<SinceBoot> told_at_;
};

}  // namespace proctape
