// SPDX-License-Identifier: Apache-2.0
//
// What every source of tasks needs of /proc beside its counters, and the rota by which it is read:
// command lines, PSS, cgroups and containers, wait channels.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/file/fd.h"
#include "base/result.h"
#include "collector/containers/task_places.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/task/slow_queue.h"
#include "collector/task/task_directory.h"
#include "collector/task/task_options.h"
#include "collector/task/task_problems.h"
#include "sample/host.h"
#include "sample/snapshot.h"

namespace proctape {

class TaskDetails {
 public:
  // Each task's turn to be looked at anew comes in every so many snapshots.
  static constexpr Count kRefreshEvery = 16;

  static Result<std::shared_ptr<TaskDetails>> open(const KernelFs& fs, const Host& host,
                                                   const TaskOptions& options);
  TaskDetails(Fd proc, TaskPlaces places, const Host& host, const TaskOptions& options);
  TaskDetails(const TaskDetails&) = delete;
  TaskDetails& operator=(const TaskDetails&) = delete;

  // From the next snapshot on; everything is then read once.
  void set_options(const TaskOptions& options);
  const TaskOptions& options() const { return options_; }

  int proc() const { return proc_->get(); }
  SlowQueue& slow() { return slow_; }
  TaskProblems& problems() { return problems_; }

  // Around a snapshot. The tasks of `into` are cleared by the first, and there is
  // room for about as many as there were; the second reads what is
  // wanted of slow files, drops tasks that vanished meanwhile, and sets the index and task_io.
  void begin(const Snapshot& previous, Snapshot& into);
  void end(Snapshot& into);

  bool refresh_all() const { return refresh_all_; }
  bool due_for_refresh(Count pid) const { return due(pid, kRefreshEvery); }
  // The same for what is looked at in every so many snapshots.
  bool due(Count pid, Count every) const { return refresh_all_ || (pid + snapshots_) % every == 0; }

  // `before`: the process in the previous snapshot, or null. Processes are moved to their cgroups
  // when they begin, and hardly ever later.
  bool due_for_place(const TaskReading* before, SinceBoot now, const TaskReading& task) const;
  // Its container may have another name by now.
  bool may_be_renamed(const TaskReading& task) const {
    return places_.renamed() && !task.identity.container.empty();
  }
  // Names `task`, whose name is still the one that it had, without the secrets in it.
  void set_name(const InlineText<15>& name, TaskReading& task) const {
    if (name == task.identity.name && !refresh_all_) return;
    task.identity.name = options_.redaction ? options_.redaction->task_name(name) : name;
  }
  // When `task`, whose start is known, began on the wall clock, unless that is known of it.
  void set_started(TaskReading& task) const;
  void read_place(TaskReading& task) { places_.read(options_.places, task); }
  // For those of the same group (TaskPlaces::read_of_group).
  void read_place(TaskReading& task, const TaskPlaces::Group& group) {
    places_.read_of_group(group, options_.places, task);
  }
  // Long enough after its start that it will hardly be moved to another cgroup.
  bool has_settled(SinceBoot now, const TaskReading& task) const;

  // What the kernel tells of the memory of a process no more once its main thread has ended, by one
  // of `threads` that goes on; nothing if all have ended.
  void read_memory_of_living(std::span<const TaskReading> threads, TaskReading& process);

  // Empty unless it is wanted by the options.
  void read_wait_channel(const TaskDirectory& directory, TaskReading& task);
  // It is to be read once more, although the task did not run: kernels from 6.12 on may keep one
  // that fell asleep among the runnable for a while, and tell no channel of it.
  bool lacks_wait_channel(const TaskReading& task) const;

 private:
  std::shared_ptr<const Fd> proc_;
  TaskPlaces places_;
  Count ticks_per_second_;
  Count page_size_;
  TaskOptions options_;
  Count snapshots_ = 0;
  bool refresh_all_ = false;
  WallTime boot_{};          // of this snapshot
  bool boot_moved_ = false;  // since the previous one
  FileBuffer buffer_;
  TaskProblems problems_;
  SlowQueue slow_;
};

}  // namespace proctape
