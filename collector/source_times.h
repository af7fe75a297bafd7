// SPDX-License-Identifier: Apache-2.0
//
// What reading costs, by source: time that passed, not CPU time, so that a source that waits
// shows.
#pragma once

#include <vector>

#include "base/timing.h"
#include "collector/sources.h"

namespace proctape {

struct SourceTimes {
  std::vector<Timing> system = std::vector<Timing>(system_sources().size());  // as these
  Timing tasks;
  Timing exits;    // those that come while tasks are read count there
  Timing network;  // use by tasks
  Timing cgroups;
};

}  // namespace proctape
