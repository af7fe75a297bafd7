// SPDX-License-Identifier: Apache-2.0
//
// A value over some intervals: its mean by their lengths, its extremes, and its last.
#pragma once

#include "base/units.h"
#include "query/table/table.h"

namespace proctape {

class OverTime {
 public:
  // Of an interval of so many seconds that ended at `time`; of 0 seconds: only how it is then.
  // What is not known is left out.
  void add(double value, double seconds, Seconds time) {
    if (!(value - value == 0)) return;
    sum_ += value * seconds;
    seconds_ += seconds;
    last_ = value;
    if (!(value <= peak_)) {
      peak_ = value;
      peak_time_ = time;
    }
    if (!(value >= least_)) {
      least_ = value;
      least_time_ = time;
    }
  }

  double seconds() const { return seconds_; }
  double sum() const { return sum_; }  // value times seconds
  double mean() const { return seconds_ > 0 ? sum_ / seconds_ : last_; }
  double last() const { return last_; }
  double peak() const { return peak_; }
  double least() const { return least_; }
  Seconds peak_time() const { return peak_time_; }
  Seconds least_time() const { return least_time_; }
  bool is_known() const { return last_ == last_; }

 private:
  double sum_ = 0;
  double seconds_ = 0;
  double last_ = kNotKnown;
  double peak_ = kNotKnown;
  double least_ = kNotKnown;
  Seconds peak_time_, least_time_;
};

}  // namespace proctape
