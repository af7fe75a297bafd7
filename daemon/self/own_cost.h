// SPDX-License-Identifier: Apache-2.0
//
// What the daemon itself costs: all of its threads.
#pragma once

#include <chrono>

#include "base/clock.h"
#include "base/units.h"

namespace proctape {

class OwnCost {
 public:
  // `now` is when it started to work; CPU time from before that counts all the same.
  explicit OwnCost(SinceBoot now) : begun_(now), looked_(now) { look(now); }

  // After each sample.
  void look(SinceBoot now);

  std::chrono::nanoseconds user() const { return user_; }
  std::chrono::nanoseconds system() const { return system_; }
  // Of user() and system(), since the look before the last one, which is about one sample.
  std::chrono::nanoseconds last() const { return last_; }
  // Of one CPU, 0.01 is a percent: all the time, and between the last two looks.
  double share() const { return share_; }
  double last_share() const { return last_share_; }
  Bytes resident() const { return resident_; }  // -1: unknown
  Bytes most_resident() const { return most_resident_; }

 private:
  SinceBoot begun_;
  SinceBoot looked_;
  std::chrono::nanoseconds user_{};
  std::chrono::nanoseconds system_{};
  std::chrono::nanoseconds last_{};
  double share_ = 0;
  double last_share_ = 0;
  Bytes resident_{kUnknown};
  Bytes most_resident_;
};

}  // namespace proctape
