// SPDX-License-Identifier: Apache-2.0
//
// All processes and threads, from the files of /proc/<pid>.
//
// Reading a task's files costs far more than everything else the daemon does, so a task
// that has not run since the previous snapshot is not read in full: its schedstat shows
// it (time on CPU, and times put on one), and what only the task itself can change is
// carried over from the previous snapshot. What others can change is looked at each time
// (stat: state, parent, size, nice), and now and then everything is read anew (see
// kRefreshEvery), so that the rest, such as a limit or an owner changed from outside, is
// at most that old.
#pragma once

#include <optional>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "collector/containers/task_places.h"
#include "collector/kernel_fs.h"
#include "sample/host.h"
#include "sample/snapshot.h"

namespace proctape {

// What to find out about tasks, beyond what always is.
struct TaskOptions {
  bool pss = false;           // by smaps_rollup: costly
  bool wait_channel = false;  // wchan
  bool oom_score = false;     // only log version 2.13 has room for it
  PlaceOptions places;        // cgroups and containers of processes
  bool cgroups = false;       // all groups of the host: from log version 2.11 on
};

// What went wrong with single tasks in one snapshot.
struct TaskProblems {
  Count io_denied = 0;  // tasks whose io this process may not read
  Count malformed = 0;  // tasks with a file that could not be understood
  std::optional<Error> first_malformed;
};

class ProcfsTasks {
 public:
  // A task that does not run is read in full in every so many snapshots.
  static constexpr Count kRefreshEvery = 16;

  // `boot` is the moment of boot on the wall clock, which does not move during a run.
  static Result<ProcfsTasks> open(const KernelFs& fs, const Host& host, WallTime boot,
                                  const TaskOptions& options);

  // Replaces the tasks of `into`, their index and task_io. Tasks that vanish while being
  // read are left out. Fails only if the list of processes cannot be read.
  Result<> read(const Snapshot& previous, Snapshot& into);

  // From the next read on; all tasks are then read in full once.
  void set_options(const TaskOptions& options);

  const TaskOptions& options() const { return options_; }

  // Of the last read.
  const TaskProblems& problems() const { return problems_; }

 private:
  // A task's directory below /proc, "123" or "123/task/124".
  class Directory;
  // What the log's entry of a process has as sums over its threads.
  struct ThreadSums;

  ProcfsTasks(Fd proc, TaskPlaces places, const Host& host, WallTime boot,
              const TaskOptions& options);

  // Each appends to into.tasks; false if the task vanished, and then nothing was appended.
  bool read_process(Count pid, const Snapshot& previous, Snapshot& into);
  bool read_thread(Count pid, Count tid, const Snapshot& previous, Snapshot& into);
  ThreadSums read_threads(Count pid, const Snapshot& previous, Snapshot& into);

  // The files; false if the task vanished.
  bool read_stat(const Directory& directory, Task& task);
  bool read_schedstat(const Directory& directory, Task& task);
  bool read_status_and_io(const Directory& directory, Task& task);
  bool read_process_details(const Directory& directory, Task& task);
  void read_pss(const Directory& directory, Task& task);
  void read_place(const Task* before, const Snapshot& previous, Task& task);

  bool due_for_refresh(Count pid) const {
    return refresh_all_ || (pid + snapshots_) % kRefreshEvery == 0;
  }
  // Counts what is wrong with a task's file; returns whether the task is still there.
  bool note(const Directory& directory, const Error& error);

  Fd proc_;
  TaskPlaces places_;
  Count page_size_;
  Count ticks_per_second_;
  WallTime boot_;
  TaskOptions options_;
  Count snapshots_ = 0;
  bool refresh_all_ = false;
  bool io_readable_ = false;
  FileBuffer buffer_;
  std::vector<Count> pids_;
  std::vector<Count> tids_;
  TaskProblems problems_;
};

}  // namespace proctape
