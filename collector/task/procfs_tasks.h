// SPDX-License-Identifier: Apache-2.0
//
// All processes and threads, from the files of /proc/<pid>.
//
// Reading a task's files costs far more than everything else the daemon does, so a task
// that has not run since the previous snapshot is not read in full: its schedstat shows
// it (time on CPU, and times put on one), and what only the task itself can change is
// carried over from the previous snapshot. What others can change soon (stat: state, parent, size,
// nice) is looked at in every kStatEvery-th snapshot, and in each when snapshots are more than
// kOften apart or the parent is gone: it is never older than a minute. Now and then everything is
// read anew (see TaskDetails::kRefreshEvery), so that the rest, such as a limit or an owner changed
// from outside, is at most that old.
//
// schedstat is read first: a task that runs between two of its files shows it the next time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/task/task_details.h"
#include "collector/task/task_directory.h"
#include "collector/task/thread_sums.h"
#include "sample/host.h"
#include "sample/snapshot.h"

namespace proctape {

class ProcfsTasks {
 public:
  static constexpr Count kStatEvery = 4;
  static constexpr std::chrono::seconds kOften{15};

  ProcfsTasks(std::shared_ptr<TaskDetails> details, const Host& host);

  // Replaces the tasks of `into`, their index and task_io. Tasks that vanish while being
  // read are left out. `meanwhile` is called now and then, at least once a few milliseconds.
  // Fails only if the list of processes cannot be read.
  Result<> read(
      const Snapshot& previous, Snapshot& into, const std::function<void()>& meanwhile = [] {});

  // Appends these processes and their threads to the tasks of `into`, between the begin and the
  // end of its details, and removes those from `pids` that are gone.
  void read_some(std::vector<Count>& pids, const Snapshot& previous, Snapshot& into);

 private:
  // Each appends to into.tasks; false if the task vanished, and then nothing was appended.
  bool read_process(Count pid, const Snapshot& previous, Snapshot& into);
  // `listed`: the thread may become an entry of the log, and not only part of its process's
  // sums. `refresh`: nothing is carried over.
  bool read_thread(Count pid, Count tid, bool listed, bool refresh, const Snapshot& previous,
                   Snapshot& into);
  ThreadSums read_threads(std::size_t process, const TaskReading* before, const Snapshot& previous,
                          Snapshot& into);

  // That a process, if it did not run, need not be looked at further.
  bool may_keep(const TaskReading& before) const;

  // Drops the tasks behind the first `count`, which were appended last.
  void keep_tasks(std::size_t count, Snapshot& into);

  // The files; false if the task vanished.
  bool read_stat(const TaskDirectory& directory, TaskReading& task);
  bool read_schedstat(const TaskDirectory& directory, TaskReading& task);
  bool read_status(const TaskDirectory& directory, TaskReading& task);
  bool read_process_details(const TaskDirectory& directory, TaskReading& task);

  // Counts what is wrong with a task's file; returns whether the task is still there.
  bool note(const TaskDirectory& directory, const Error& error);

  std::shared_ptr<TaskDetails> details_;
  Count page_size_;
  Count ticks_per_second_;
  FileBuffer buffer_;
  bool often_ = false;       // this snapshot follows soon after the previous one
  std::vector<Count> pids_;  // ascending
  std::vector<Count> tids_;
};

}  // namespace proctape
