// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace proctape {

// What is to be collected for a sink beyond what all of them have.
struct Needs {
  bool oom_score = false;
  bool thread_switches = false;
  bool task_cgroups = false;  // path and limits of each task's cgroup
  bool cgroups = false;       // the tree of cgroups, and who is in them
};

constexpr Needs operator|(const Needs& a, const Needs& b) {
  return {.oom_score = a.oom_score || b.oom_score,
          .thread_switches = a.thread_switches || b.thread_switches,
          .task_cgroups = a.task_cgroups || b.task_cgroups,
          .cgroups = a.cgroups || b.cgroups};
}

}  // namespace proctape
