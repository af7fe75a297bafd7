// SPDX-License-Identifier: Apache-2.0
//
// Reads the files of tasks in /proc as they are now, for `proctape procfs`.
//
// Not the readers of collector/: those turn the text into the members that a log has, and this
// passes it on.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file/fd.h"
#include "base/function_ref.h"
#include "base/result.h"
#include "base/units.h"
#include "cli/procfs/task_file.h"

namespace proctape {

struct LiveTask {
  Count tgid = 0;
  Count pid = 0;
  // By index_of(): the content of each file; none of those that are not wanted or not readable.
  std::array<std::optional<std::string>, kTaskFiles.size()> files;
};

class LiveTasks {
 public:
  struct Wanted {
    std::array<bool, kTaskFiles.size()> files{};
    bool threads = false;
    std::vector<Count> pids;  // processes, in this order; none: all, in the order of their numbers
  };
  // Why a file of tasks was not read, and of how many.
  struct Unreadable {
    Count tasks = 0;
    std::string reason;  // of the first: "io: Permission denied"
  };

  // `root` holds proc/: "/" is the live host.
  static Result<LiveTasks> open(const std::string& root, Wanted wanted);

  // Shows each task, all of whose files are of the same task. One that ends meanwhile is left out.
  Result<> visit(FunctionRef<void(const LiveTask&)> show);

  // Of the last visit: by index_of(), and which of the wanted processes there were not.
  const std::array<Unreadable, kTaskFiles.size()>& unreadable() const { return unreadable_; }
  const std::vector<Count>& missing() const { return missing_; }

 private:
  LiveTasks(Fd proc, Wanted wanted) : proc_(std::move(proc)), wanted_(std::move(wanted)) {}

  void visit_process(Count pid, FunctionRef<void(const LiveTask&)> show);
  bool visit_task(int directory, Count tgid, Count pid, FunctionRef<void(const LiveTask&)> show);
  bool read(int directory, TaskFile file, std::optional<std::string>& text);

  Fd proc_;
  Wanted wanted_;
  std::vector<Count> pids_;
  std::vector<Count> tids_;
  std::array<Unreadable, kTaskFiles.size()> unreadable_;
  std::vector<Count> missing_;
};

}  // namespace proctape
