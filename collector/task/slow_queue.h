// SPDX-License-Identifier: Apache-2.0
//
// What a snapshot wants of the files that may hang (slow_files.h): collected, read by another
// thread, many at a time, and stored in the snapshot's tasks. A task that keeps its reader waiting
// goes without (with what was known before), and is not asked again until it has answered.
#pragma once

#include <memory>
#include <vector>

#include "base/file/fd.h"
#include "collector/kernel/deadline_runner.h"
#include "collector/task/pss_budget.h"
#include "collector/task/slow_files.h"
#include "collector/task/task_options.h"
#include "collector/task/task_problems.h"
#include "sample/snapshot.h"

namespace proctape {

class SlowQueue {
 public:
  // `proc` is /proc. What goes wrong is counted in `problems`, which must outlive this.
  SlowQueue(std::shared_ptr<const Fd> proc, std::shared_ptr<const Redaction> redaction,
            TaskProblems& problems);

  void set_redaction(std::shared_ptr<const Redaction> redaction);

  struct Wish {
    bool io = false;
    bool command_line = false;
    bool anew = false;  // also if it is the one that was read before
  };
  // What is asked for of into.tasks[position] is there after read(). False: not asked for, the
  // task keeps another reader waiting.
  bool want(const Wish& wish, std::size_t position, Snapshot& into);

  // Takes back what was wanted of the tasks from this position on.
  void forget_from(std::size_t position);

  // Reads what is wanted, and the PSS of some or all processes as `mode` says; sets it for all.
  void read(PssMode mode, Snapshot& into);

  // The io of some task could be read.
  bool io_readable() const { return io_readable_; }

 private:
  SlowReading* add(std::size_t position, Snapshot& into);
  void want_pss(std::size_t position, std::chrono::nanoseconds cost, Snapshot& into);
  void read_files(Snapshot& into);
  void drop_vanished(Snapshot& into);
  void store(SlowReading& reading, TaskReading& task, SinceBoot now);
  static void store_command_line(const SlowReading::CommandLine& found, TaskReading& task);
  static void forget_wish(TaskReading& task);
  void remember_stuck(const DeadlineRunner::Stuck& stuck, TaskReading& task);
  bool is_stuck(const TaskReading& task);

  // Tasks that keep a reader waiting.
  struct StuckTask {
    Count pid;
    std::shared_ptr<const std::atomic<bool>> returned;
  };

  std::shared_ptr<const Fd> proc_;
  std::shared_ptr<const Redaction> redaction_;
  TaskProblems* problems_;
  bool io_readable_ = false;
  DeadlineRunner runner_;
  std::shared_ptr<SlowFiles> files_;
  std::vector<DeadlineRunner::Stuck> stuck_steps_;
  PssBudget pss_;
  std::vector<StuckTask> stuck_;
  std::vector<Count> vanished_;  // processes that ended before their files were read
};

}  // namespace proctape
