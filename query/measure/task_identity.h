// SPDX-License-Identifier: Apache-2.0
//
// Which process a task is of, and where it runs, as logs tell it.
#pragma once

#include <string_view>

#include "base/time_bounds.h"
#include "sample/task.h"

namespace proctape {

// The start time of one process may differ by a second between runs and in accounting.
constexpr bool is_same_start(Seconds a, Seconds b) {
  const Count difference = bounded(a).value - bounded(b).value;
  return -1 <= difference && difference <= 1;
}

// Its container or pod: the name, or, until log version 2.9, the short id; empty on the host
// itself.
inline std::string_view container_of(const TaskIdentity& task) {
  return task.host_name.empty() ? task.container.view() : task.host_name.view();
}

}  // namespace proctape
