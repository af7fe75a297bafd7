// SPDX-License-Identifier: Apache-2.0
#include "daemon/self/clock_watch.h"

namespace proctape {

ClockWatch::ClockWatch(const Clock& clock) : clock_(&clock), known_(distances()) {}

ClockWatch::Distances ClockWatch::distances() const {
  constexpr std::chrono::milliseconds kAtOnce = kLeast / 10;
  constexpr int kMostTries = 10;
  Distances distances{};
  for (int i = 0; i < kMostTries; ++i) {
    const auto begin = clock_->awake();
    const SinceBoot boot = clock_->since_boot();
    const WallTime wall = clock_->wall();
    distances = {boot - begin, wall.time_since_epoch() - boot};
    if (clock_->awake() - begin < kAtOnce) break;
  }
  return distances;
}

ClockWatch::Events ClockWatch::look() {
  const Distances now = distances();
  Events events;
  if (const auto slept = now.asleep - known_.asleep; slept >= kLeast) {
    events.slept = slept;
    slept_ += slept;
    ++suspends_;
    known_.asleep = now.asleep;
  }
  if (const auto stepped = now.wall - known_.wall; std::chrono::abs(stepped) >= kLeast) {
    events.stepped = stepped;
    last_step_ = stepped;
    ++steps_;
    known_.wall = now.wall;
  }
  return events;
}

}  // namespace proctape
