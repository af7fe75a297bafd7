// SPDX-License-Identifier: Apache-2.0
//
// What one interval showed: one record of the log. Counters are those of the interval,
// gauges those at its end.
#pragma once

#include <cstdint>
#include <vector>

#include "sample/cgroup.h"
#include "sample/schema.h"
#include "sample/system.h"
#include "sample/task.h"

namespace proctape {

struct Sample {
  Seconds time;             // end of the interval, since 1970 UTC
  Seconds interval{1};      // at least 1
  Milliseconds beyond;      // by which it was longer really; 0 where rates need not know
  bool since_boot = false;  // first sample of a run: counters are since boot
  bool task_io = false;     // disk I/O of tasks was readable
  bool accounting = false;  // exited processes are listed
  bool containers = false;  // a task has a container name
  bool gpu = false;         // GPUs were asked
  bool cgroup_v2 = false;   // a hierarchy of version 2 is there, and was recorded
  bool netatop = false;     // network use of tasks was recorded
  bool netatopd = false;    // and that of exited ones
  Count exits_lost = 0;     // exited processes that are not listed
  System system;
  // Live processes, each followed by its threads if recorded; then exited processes.
  std::vector<Task> tasks;
  std::vector<Cgroup> cgroups;            // depth first, parents before children
  std::vector<std::int32_t> cgroup_pids;  // of all cgroups, in their order

  friend bool operator==(const Sample&, const Sample&) = default;
};

template <>
struct Schema<Sample> {
  static constexpr auto kRows = schema::rows(
      schema::gauge("time", &Sample::time, "end of the interval, since 1970"),
      schema::gauge("interval", &Sample::interval, "length of the interval"),
      schema::derived("beyond", &Sample::beyond, "by which it was longer than whole seconds"),
      schema::derived("since_boot", &Sample::since_boot, "whether it is all since boot"),
      schema::setting("task_io", &Sample::task_io, "whether disk I/O of tasks was readable"),
      schema::setting("accounting", &Sample::accounting, "whether exited processes are listed"),
      schema::derived("containers", &Sample::containers,
                      "whether a task has the name of a container"),
      schema::setting("gpu", &Sample::gpu, "whether GPUs were asked"),
      schema::setting("cgroup_v2", &Sample::cgroup_v2, "whether cgroups are recorded"),
      schema::setting("netatop", &Sample::netatop, "whether network use of tasks was recorded"),
      schema::setting("netatopd", &Sample::netatopd, "and that of exited ones"),
      schema::gauge("exits_lost", &Sample::exits_lost, "exited processes that are not listed"),
      schema::group("system", &Sample::system, "the system as a whole"),
      schema::list("task", &Sample::tasks, "a process or a thread"),
      schema::list("cgroup", &Sample::cgroups, "a control group"));
};

}  // namespace proctape
