// SPDX-License-Identifier: Apache-2.0
#include "cli/procfs/live_tasks.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/file/pid_directory.h"
#include "base/file/small_file.h"

namespace proctape {
namespace {

// More than any kernel writes.
constexpr std::size_t kLargestFile = std::size_t{1} << 20U;

// While it is open it leads to this task only, even if another one gets the number.
Fd open_task(int directory, const std::string& path) {
  return Fd(::openat(directory, path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

Result<std::string> read_file(int directory, const char* name) {
  const Fd file(::openat(directory, name, O_RDONLY | O_CLOEXEC));
  if (!file) return error_from_errno(errno, name);
  return read_at_most(file, name, kLargestFile);
}

}  // namespace

Result<LiveTasks> LiveTasks::open(const std::string& root, Wanted wanted) {
  const std::string path = root + (root.ends_with('/') ? "proc" : "/proc");
  Fd proc(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!proc) return error_from_errno(errno, "open " + path);
  return LiveTasks(std::move(proc), std::move(wanted));
}

Result<> LiveTasks::visit(FunctionRef<void(const LiveTask&)> show) {
  unreadable_ = {};
  missing_.clear();
  if (!wanted_.pids.empty()) {
    pids_ = wanted_.pids;
  } else if (auto listed = list_pids(proc_.get(), ".", pids_); !listed) {
    return listed;
  }
  for (const Count pid : pids_) visit_process(pid, show);
  return {};
}

void LiveTasks::visit_process(Count pid, FunctionRef<void(const LiveTask&)> show) {
  const Fd process = open_task(proc_.get(), std::to_string(pid));
  bool found = false;
  if (process && !wanted_.threads) {
    found = visit_task(process.get(), pid, pid, show);
  } else if (process && list_pids(process.get(), "task", tids_)) {
    for (const Count tid : tids_) {
      const Fd thread = open_task(process.get(), "task/" + std::to_string(tid));
      if (thread && visit_task(thread.get(), pid, tid, show)) found = true;
    }
  }
  if (!found) missing_.push_back(pid);
}

// False: the task has ended.
bool LiveTasks::visit_task(int directory, Count tgid, Count pid,
                           FunctionRef<void(const LiveTask&)> show) {
  LiveTask task{tgid, pid, {}};
  for (const TaskFile file : kTaskFiles) {
    if (!wanted_.files[index_of(file)]) continue;
    if (!read(directory, file, task.files[index_of(file)])) return false;
  }
  show(task);
  return true;
}

// False: the task has ended.
bool LiveTasks::read(int directory, TaskFile file, std::optional<std::string>& text) {
  auto content = read_file(directory, name_of(file));
  if (content) {
    text = std::move(*content);
    return true;
  }
  const Error& error = content.error();
  if (error.kind == Error::Kind::kGone) return false;
  // Not there of a living task: this kernel does not have the file.
  if (error.kind == Error::Kind::kMissing && ::faccessat(directory, "stat", F_OK, 0) != 0) {
    return false;
  }
  Unreadable& unreadable = unreadable_[index_of(file)];
  if (unreadable.tasks++ == 0) unreadable.reason = error.message;
  return true;
}

}  // namespace proctape
