// SPDX-License-Identifier: Apache-2.0
//
// What processes used so far, over time: a line for each, with a point wherever something changed.
// However many processes there are, the memory is bounded: those that used least are forgotten
// first, and points are thinned out.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "base/text/inline_text.h"
#include "base/units.h"
#include "report/plot/interest.h"
#include "report/plot/shot.h"

namespace proctape {

struct TrailPoint {
  Seconds time;
  float cpu = 0;       // seconds, since the beginning
  float resident = 0;  // bytes
  float interest = 0;
};

struct Trail {
  Shot who;  // as it was seen last
  Interest interest;
  double percent = 0;        // of one CPU, sum of all samples
  double cpu = 0;            // seconds
  double most_resident = 0;  // bytes
  bool ended = false;
  Seconds last_time;      // when it was seen last
  bool is_still = false;  // the last point holds until then
  std::vector<TrailPoint> points;
};

class Trails {
 public:
  static constexpr std::size_t kMostTrails = 20'000;
  static constexpr std::size_t kMostPoints = 1'000'000;

  Trails(std::size_t most_trails, std::size_t most_points)
      : most_trails_(most_trails), most_points_(most_points) {}
  Trails() : Trails(kMostTrails, kMostPoints) {}

  // A process, in the sample of `time`, of an interval of so many seconds.
  void add(const Shot& shot, Seconds time, double seconds, bool is_new);
  // No more of this sample.
  void end();

  const std::vector<Trail>& all() const { return trails_; }
  bool has_forgotten() const { return has_forgotten_; }

 private:
  Trail& trail_of(const Shot& shot);
  void forget_the_least();
  void thin_out();

  std::size_t most_trails_;
  std::size_t most_points_;
  std::vector<Trail> trails_;
  std::unordered_map<Count, std::size_t> by_pid_;  // the last that had it
  std::size_t points_ = 0;
  bool has_forgotten_ = false;
};

}  // namespace proctape
