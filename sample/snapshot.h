// SPDX-License-Identifier: Apache-2.0
//
// Everything read from the kernel at one instant: counters since boot (of a task:
// since its start), and gauges.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "sample/cgroup.h"
#include "sample/exit.h"
#include "sample/known_elements.h"
#include "sample/system.h"
#include "sample/task_index.h"
#include "sample/task_reading.h"

namespace proctape {

// A process that is gone from /proc, and whose exit has not been told yet: the kernel tells it
// a moment later, when nobody can be looking at the process any more. Or it is still there, and was
// not read this once.
struct DepartedTask {
  Task task;
  SinceBoot seen{};   // the moment of the last snapshot that had it
  bool told = false;  // its exit has come
};

struct Snapshot {
  WallTime taken_at{};     // before anything was read
  SinceBoot since_boot{};  // at the same moment
  // When the kernel booted, since when its counters count, by that clock: another moment than its
  // begin in a time namespace.
  SinceBoot booted{};
  // The moment of boot on the wall clock, as that goes now: what starts of tasks are told by.
  WallTime boot{};
  bool task_io = false;  // /proc/<pid>/io is there and readable
  bool gpu = false;      // GPUs were asked
  bool network = false;  // what tasks and exits have sent and received is known
  System system;
  KnownElements known;  // of the system's lists
  // Processes in the kernel's order, each followed by its threads if they are recorded.
  std::vector<TaskReading> tasks;
  TaskIndex task_index;  // over `tasks`
  // Processes that ended since the previous snapshot, in the order in which they were reaped.
  std::vector<Exit> exits;
  Count exits_lost = 0;                // those that are missing there
  bool exits_known = false;            // false: nobody tells of exits here
  std::vector<DepartedTask> departed;  // sorted by pid
  bool cgroup_v2 = false;              // a unified hierarchy is mounted
  // Depth first, parents before children, children by the bytes of their names; of the
  // identity all but full_name_length and name_hash, which follow from the names.
  std::vector<Cgroup> cgroups;
  std::vector<std::int32_t> cgroup_pids;  // of all cgroups, in their order
};

}  // namespace proctape
