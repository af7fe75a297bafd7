// SPDX-License-Identifier: Apache-2.0
//
// The tasks of the host, by the best source that works on it: BPF, or /proc. Both fill the same
// members with the same numbers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/task/bpf_tasks.h"
#include "collector/task/procfs_tasks.h"
#include "collector/task/task_details.h"
#include "sample/host.h"
#include "sample/snapshot.h"

namespace proctape {

enum class TaskChoice { kAuto, kBpf, kProc };

class Tasks {
 public:
  // Reads /proc, until it is told otherwise.
  static Result<Tasks> open(const KernelFs& fs, const Host& host, const TaskOptions& options);

  // From the next snapshot on. Where BPF does not work it is /proc all the same.
  void choose(TaskChoice choice, const KernelFs& fs);

  // "BPF", "/proc".
  const char* name() const { return bpf_ ? "BPF" : "/proc"; }
  // Why it is not BPF, if that would have been preferred; empty: it is, or was not to be.
  const std::string& refusal() const { return refusal_; }

  void set_options(const TaskOptions& options) { details_->set_options(options); }
  const TaskOptions& options() const { return details_->options(); }

  // Replaces the tasks of `into`, their index and task_io; needs the memory of into.system. Tasks
  // that vanish while being read are left out. `meanwhile` is called now and then, at least once a
  // few milliseconds. When BPF fails, /proc is read instead, from then on. Fails only if the list
  // of processes cannot be read.
  Result<> read(const Snapshot& previous, Snapshot& into, const std::function<void()>& meanwhile);

  // Of the last read.
  const TaskProblems& problems() const { return details_->problems(); }
  // BPF failed in the last read.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  Tasks(std::shared_ptr<TaskDetails> details, const Host& host)
      : details_(std::move(details)), host_(host), proc_(details_, host) {}

  std::shared_ptr<TaskDetails> details_;
  Host host_;
  ProcfsTasks proc_;
  std::unique_ptr<BpfTasks> bpf_;  // null: /proc
  std::string refusal_;
  std::optional<Error> failure_;
};

}  // namespace proctape
