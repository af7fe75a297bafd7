// SPDX-License-Identifier: Apache-2.0
#include "collector/task/tasks.h"

#include <utility>

namespace proctape {

Result<Tasks> Tasks::open(const KernelFs& fs, const Host& host, const TaskOptions& options) {
  auto details = TaskDetails::open(fs, host, options);
  if (!details) return std::move(details.error());
  return Tasks(std::move(*details), host);
}

void Tasks::choose(TaskChoice choice, const KernelFs& fs) {
  refusal_.clear();
  if (choice == TaskChoice::kProc) {
    bpf_.reset();
    return;
  }
  if (bpf_) return;
  if (!fs.has_own_pids()) {
    refusal_ = "BPF: " + fs.root() + "/proc does not show the processes of this pid namespace";
    return;
  }
  auto bpf = BpfTasks::open(fs, host_, details_);
  if (bpf) {
    bpf_ = std::move(*bpf);
  } else {
    refusal_ = std::move(bpf.error().message);
  }
}

Result<> Tasks::read(const Snapshot& previous, Snapshot& into,
                     const std::function<void()>& meanwhile) {
  failure_.reset();
  if (bpf_) {
    auto read = bpf_->read(proc_, previous, into, meanwhile);
    if (read) return read;
    bpf_.reset();
    refusal_ = read.error().message;
    failure_ = std::move(read.error());
  }
  return proc_.read(previous, into, meanwhile);
}

}  // namespace proctape
