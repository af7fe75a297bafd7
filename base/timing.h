// SPDX-License-Identifier: Apache-2.0
//
// How long something that is done again and again takes.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/units.h"

namespace proctape {

class Timing {
 public:
  void add(std::chrono::nanoseconds time) {
    last_ = time;
    total_ += time;
    longest_ = std::max(longest_, time);
    ++count_;
  }

  Count count() const { return count_; }
  // All of them 0 before the first.
  std::chrono::nanoseconds last() const { return last_; }
  std::chrono::nanoseconds longest() const { return longest_; }
  std::chrono::nanoseconds average() const {
    return count_ == 0 ? std::chrono::nanoseconds{} : total_ / count_;
  }

 private:
  Count count_ = 0;
  std::chrono::nanoseconds last_{};
  std::chrono::nanoseconds total_{};
  std::chrono::nanoseconds longest_{};
};

// Tells the time since it was made, or since the last lap. About 25 ns a lap: the kernel is not
// entered.
class Stopwatch {
 public:
  std::chrono::nanoseconds lap() {
    const auto now = std::chrono::steady_clock::now();
    const auto before = begin_;
    begin_ = now;
    return now - before;
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace proctape
