// SPDX-License-Identifier: Apache-2.0
//
// All processes and threads, from the files of /proc/<pid>.
//
// Reading a task's files costs far more than everything else the daemon does, so a task
// that has not run since the previous snapshot is not read in full: its schedstat shows
// it (time on CPU, and times put on one), and what only the task itself can change is
// carried over from the previous snapshot. What others can change is looked at each time
// (stat: state, parent, size, nice), and now and then everything is read anew (see
// TaskDetails::kRefreshEvery), so that the rest, such as a limit or an owner changed from
// outside, is at most that old.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "collector/kernel_fs.h"
#include "collector/task/task_details.h"
#include "collector/task/task_directory.h"
#include "collector/task/thread_sums.h"
#include "sample/host.h"
#include "sample/snapshot.h"

namespace proctape {

class ProcfsTasks {
 public:
  // `boot` is the moment of boot on the wall clock, which does not move during a run.
  ProcfsTasks(std::shared_ptr<TaskDetails> details, const Host& host, WallTime boot);

  // Replaces the tasks of `into`, their index and task_io. Tasks that vanish while being
  // read are left out. `meanwhile` is called now and then, at least once a few milliseconds.
  // Fails only if the list of processes cannot be read.
  Result<> read(
      const Snapshot& previous, Snapshot& into, const std::function<void()>& meanwhile = [] {});

  // Appends one process with its threads to into.tasks, between the details' begin and end. False
  // if it vanished, and then nothing was appended.
  bool read_process(Count pid, const Snapshot& previous, Snapshot& into);

 private:
  // Appends to into.tasks, or not, as above.
  // `listed`: the thread may become an entry of the log, and not only part of its process's
  // sums. `refresh`: nothing is carried over.
  bool read_thread(Count pid, Count tid, bool listed, bool refresh, const Snapshot& previous,
                   Snapshot& into);
  ThreadSums read_threads(std::size_t process, const Task* before, const Snapshot& previous,
                          Snapshot& into);

  // Drops the tasks behind the first `count`, which were appended last.
  void keep_tasks(std::size_t count, Snapshot& into);

  // The files; false if the task vanished.
  bool read_stat(const TaskDirectory& directory, Task& task);
  bool read_schedstat(const TaskDirectory& directory, Task& task);
  bool read_status(const TaskDirectory& directory, Task& task);
  bool read_process_details(const TaskDirectory& directory, Task& task);

  // Counts what is wrong with a task's file; returns whether the task is still there.
  bool note(const TaskDirectory& directory, const Error& error);

  std::shared_ptr<TaskDetails> details_;
  Count page_size_;
  Count ticks_per_second_;
  WallTime boot_;
  FileBuffer buffer_;
  std::vector<Count> pids_;
  std::vector<Count> tids_;
};

}  // namespace proctape
