// SPDX-License-Identifier: Apache-2.0
//
// The disk I/O that each process did itself. /proc/<pid>/io, and so the log, adds what children
// did in their lives to the process that waits for them, while their own entries tell it as well:
// who adds up processes would count it twice, and once more for each generation.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "base/units.h"
#include "sample/task.h"
#include "sample/task_visitor.h"

namespace proctape {

// For the samples of one log, in their order.
class OwnIo {
 public:
  // Shows the tasks of the next sample without what its processes inherited, as far as the ends of
  // their children are in the log. `tasks` is asked twice.
  void visit(bool since_boot, TaskSource tasks, TaskVisitor visit);

 private:
  // Of one process since it began, or since the log did, as the kernel counts.
  struct Total {
    Seconds started;
    TaskDisk disk;
  };
  // Of a child that ended, and has not been found in its parent yet.
  struct Inheritance {
    TaskDisk disk;
    int samples = 0;     // for which it was looked for
    bool found = false;  // in the parent
  };

  void add_up(const Task& task, bool since_boot);
  void take_out(Task& process);
  void forget_found();

  std::unordered_map<Count, Total> totals_;                           // by pid
  std::unordered_map<Count, std::vector<Inheritance>> inheritances_;  // by the parent's pid
};

}  // namespace proctape
