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
//
// What may hang when it is read (slow_files.h) is collected and read by another thread, many
// files at a time. A task that keeps it waiting goes without (with what was known before),
// and is not asked again until it has answered.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "collector/containers/task_places.h"
#include "collector/deadline_runner.h"
#include "collector/kernel_fs.h"
#include "collector/task/pss_budget.h"
#include "collector/task/slow_files.h"
#include "collector/task/task_directory.h"
#include "collector/task/task_options.h"
#include "sample/host.h"
#include "sample/snapshot.h"

namespace proctape {

// What went wrong with single tasks in one snapshot.
struct TaskProblems {
  Count io_denied = 0;  // tasks whose io this process may not read
  Count malformed = 0;  // tasks with a file that could not be understood
  std::optional<Error> first_malformed;

  // A task that began to keep its reader waiting: told once.
  struct Stuck {
    std::string task;  // "task 123"
    Error error;
  };
  std::vector<Stuck> stuck;
  // Files that may hang were not read, because too many tasks keep readers waiting.
  bool too_many_stuck = false;
  bool host_names_refused = false;  // of UTS namespaces
};

class ProcfsTasks {
 public:
  // A task that does not run is read in full in every so many snapshots.
  static constexpr Count kRefreshEvery = 16;

  // `boot` is the moment of boot on the wall clock, which does not move during a run.
  static Result<ProcfsTasks> open(const KernelFs& fs, const Host& host, WallTime boot,
                                  const TaskOptions& options);

  // Replaces the tasks of `into`, their index and task_io. Tasks that vanish while being
  // read are left out. `meanwhile` is called now and then, at least once a few milliseconds.
  // Fails only if the list of processes cannot be read.
  Result<> read(
      const Snapshot& previous, Snapshot& into, const std::function<void()>& meanwhile = [] {});

  // From the next read on; all tasks are then read in full once.
  void set_options(const TaskOptions& options);

  const TaskOptions& options() const { return options_; }

  // Of the last read.
  const TaskProblems& problems() const { return problems_; }

 private:
  // What the log's entry of a process has as sums over its threads.
  struct ThreadSums;

  ProcfsTasks(Fd proc, TaskPlaces places, const Host& host, WallTime boot,
              const TaskOptions& options);

  // Each appends to into.tasks; false if the task vanished, and then nothing was appended.
  bool read_process(Count pid, const Snapshot& previous, Snapshot& into);
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
  void read_wait_channel(const TaskDirectory& directory, Task& task);
  void read_place(const Task* before, const Snapshot& previous, Task& task);

  // Those that may hang. What is asked for is there after read_slow_files().
  void want_slow_files(const Task& task, std::size_t position, Snapshot& into);
  void want_pss(const Task& task, std::size_t position, std::chrono::nanoseconds cost,
                Snapshot& into);
  SlowReading& want(const Task& task, std::size_t position, Snapshot& into);
  void read_all_pss(Snapshot& into);
  void read_slow_files(Snapshot& into);
  void drop_vanished(Snapshot& into);
  void store(SlowReading& reading, Task& task, SinceBoot now);
  void remember_stuck(const DeadlineRunner::Stuck& stuck, const Task& task);
  bool is_stuck(const Task& task);

  bool due_for_refresh(Count pid) const {
    return refresh_all_ || (pid + snapshots_) % kRefreshEvery == 0;
  }
  // Counts what is wrong with a task's file; returns whether the task is still there.
  bool note(const TaskDirectory& directory, const Error& error);

  std::shared_ptr<const Fd> proc_;
  TaskPlaces places_;
  Count page_size_;
  Count ticks_per_second_;
  WallTime boot_;
  TaskOptions options_;
  Count snapshots_ = 0;
  bool refresh_all_ = false;
  bool io_readable_ = false;
  FileBuffer buffer_;
  DeadlineRunner runner_;
  std::shared_ptr<SlowFiles> slow_files_;
  std::vector<DeadlineRunner::Stuck> stuck_steps_;
  PssBudget pss_;
  // Tasks that keep a reader waiting.
  struct StuckTask {
    Count pid;
    std::shared_ptr<const std::atomic<bool>> returned;
  };
  std::vector<StuckTask> stuck_;
  std::vector<Count> pids_;
  std::vector<Count> tids_;
  std::vector<Count> vanished_;  // processes that ended before their slow files were read
  TaskProblems problems_;
};

}  // namespace proctape
