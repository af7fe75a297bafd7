// SPDX-License-Identifier: Apache-2.0
//
// What the daemon says of itself, as JSON: the content of its state file, which `proctape
// status` prints. Names and units are in docs/man/proctape.1; new ones may come, none changes.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "daemon/sampling/extra_samples.h"
#include "daemon/sampling/sampler.h"
#include "daemon/self/clock_watch.h"
#include "daemon/self/lateness.h"
#include "daemon/self/own_cost.h"

namespace proctape {

struct DaemonState {
  const std::string& configuration;  // the file; empty: there is none
  WallTime started;
  WallTime now;
  SinceBoot since_boot;
  std::chrono::nanoseconds interval;      // as configured
  std::chrono::nanoseconds interval_now;  // shorter while extra samples are taken
  WallTime next;                          // sample
  SinceBoot next_since_boot;              // the same moment
  const std::optional<Error>& failure;    // of the last sample
  const Sampler& sampler;
  const Lateness& lateness;
  const ClockWatch& clocks;
  const OwnCost& cost;
  const ExtraSamples& extra;
  const Timing& telling;  // all of this, but for the last time
};

std::string state_text(const DaemonState& state);

}  // namespace proctape
