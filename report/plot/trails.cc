// SPDX-License-Identifier: Apache-2.0
#include "report/plot/trails.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "query/measure/task_identity.h"

namespace proctape {

Trail& Trails::trail_of(const Shot& shot) {
  const auto found = by_pid_.find(shot.pid);
  if (found != by_pid_.end()) {
    Trail& known = trails_[found->second];
    if (is_same_start(known.who.started, shot.started)) return known;
  }
  by_pid_[shot.pid] = trails_.size();
  return trails_.emplace_back();
}

void Trails::add(const Shot& shot, Seconds time, double seconds, bool is_new) {
  Trail& trail = trail_of(shot);
  const double before = trail.cpu;
  // What is ending has no memory any more; it had what it had.
  const bool is_over = shot.ended || (shot.resident <= 0 && shot.virtual_size <= 0);
  const double resident =
      is_over && !trail.points.empty() ? double{trail.points.back().resident} : shot.resident;
  trail.cpu += shot.cpu / 100 * seconds;
  trail.most_resident = std::max(trail.most_resident, resident);
  trail.ended = shot.ended;
  // Sums are what is seen of it: who takes CPU all the time does not bore.
  trail.percent += shot.cpu;
  trail.interest.add(trail.percent, resident, is_new);
  const TrailPoint point{time, static_cast<float>(trail.cpu), static_cast<float>(resident),
                         static_cast<float>(trail.interest.value())};
  const auto is_still = [&](const TrailPoint& last) {
    constexpr double kLittle = 0.005;
    return trail.cpu <= before && std::abs(resident - last.resident) <= kLittle * last.resident;
  };
  if (!trail.points.empty() && is_still(trail.points.back()) && !shot.ended) {
    trail.is_still = true;
  } else {
    // Until the sample before it stayed where it was.
    if (trail.is_still) {
      TrailPoint until = trail.points.back();
      until.time = trail.last_time;
      until.interest = 0;
      trail.points.push_back(until);
      ++points_;
    }
    trail.points.push_back(point);
    ++points_;
    trail.is_still = false;
  }
  trail.last_time = time;
  trail.who = shot;
  trail.who.command_line = {};
}

void Trails::end() {
  if (trails_.size() > most_trails_) forget_the_least();
  if (points_ > most_points_) thin_out();
}

void Trails::forget_the_least() {
  has_forgotten_ = true;
  double most_cpu = 1e-9, most_resident = 1;
  for (const Trail& trail : trails_) {
    most_cpu = std::max(most_cpu, trail.cpu);
    most_resident = std::max(most_resident, trail.most_resident);
  }
  // Those that live go on, and would begin anew.
  std::ranges::stable_sort(trails_, std::greater{}, [&](const Trail& trail) {
    const double used = trail.cpu / most_cpu + trail.most_resident / most_resident;
    return std::pair(!trail.ended || used > 0.5, used);
  });
  trails_.resize(most_trails_ * 3 / 4);
  by_pid_.clear();
  points_ = 0;
  for (std::size_t i = 0; i < trails_.size(); ++i) {
    points_ += trails_[i].points.size();
    const auto [found, is_first] = by_pid_.try_emplace(trails_[i].who.pid, i);
    if (!is_first && trails_[found->second].last_time < trails_[i].last_time) found->second = i;
  }
}

void Trails::thin_out() {
  points_ = 0;
  for (Trail& trail : trails_) {
    std::vector<TrailPoint> kept;
    for (std::size_t i = 0; i < trail.points.size(); ++i) {
      const bool is_end = i == 0 || i + 1 == trail.points.size();
      if (is_end || i % 2 == 0) kept.push_back(trail.points[i]);
    }
    trail.points = std::move(kept);
    points_ += trail.points.size();
  }
}

}  // namespace proctape
