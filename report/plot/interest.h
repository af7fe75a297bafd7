// SPDX-License-Identifier: Apache-2.0
//
// How much a process catches the eye: it does when its values change, and bores when they do not.
#pragma once

namespace proctape {

class Interest {
 public:
  // Of the next sample: percent of one CPU, and bytes. `is_new`: it began in this interval.
  void add(double cpu, double resident, bool is_new);

  // From 0, of what never changes, to about 1 / (1 - kKept) of what always does.
  double value() const { return value_; }

 private:
  // What is left of it after each sample.
  static constexpr double kKept = 0.75;

  double value_ = 0;
  double cpu_ = -1;  // of the sample before; below 0: there was none
  double resident_ = 0;
};

}  // namespace proctape
