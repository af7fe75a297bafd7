// SPDX-License-Identifier: Apache-2.0
//
// Everything read from the kernel at one instant: counters since boot (of a task:
// since its start), and gauges.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "sample/cgroup.h"
#include "sample/system.h"
#include "sample/task.h"
#include "sample/task_index.h"

namespace proctape {

struct Snapshot {
  WallTime taken_at{};     // before anything was read
  SinceBoot since_boot{};  // at the same moment
  bool task_io = false;    // /proc/<pid>/io is there and readable
  System system;
  // Processes in the kernel's order, each followed by its threads if they are recorded.
  std::vector<Task> tasks;
  TaskIndex task_index;    // over `tasks`
  bool cgroup_v2 = false;  // a unified hierarchy is mounted
  // Depth first, parents before children, children by the bytes of their names; of the
  // identity all but full_name_length and name_hash, which follow from the names.
  std::vector<Cgroup> cgroups;
  std::vector<std::int32_t> cgroup_pids;  // of all cgroups, in their order
};

}  // namespace proctape
