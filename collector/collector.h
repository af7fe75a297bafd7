// SPDX-License-Identifier: Apache-2.0
//
// Takes snapshots: runs through the table of sources and the tasks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "collector/cgroup/cgroup_source.h"
#include "collector/kernel_fs.h"
#include "collector/system/caches.h"
#include "collector/task/procfs_tasks.h"
#include "sample/host.h"
#include "sample/snapshot.h"

namespace proctape {

// A source that gave nothing, or not all, this time.
struct SourceProblem {
  std::string_view source;
  Error error;
};

class Collector {
 public:
  // `root` holds proc/ and sys/. `clock` must outlive the collector.
  static Result<Collector> open(const std::string& root, const TaskOptions& options,
                                const Clock& clock);

  const Host& host() const { return host_; }

  // From the next snapshot on.
  void set_task_options(const TaskOptions& options) { tasks_.set_options(options); }

  // Fills `into`, whose memory is kept, with the state of the host now. `previous` is the
  // last snapshot taken, empty at first: what did not change is carried over from it.
  // Sources that fail are listed in `problems` (replaced) and leave their part at its
  // defaults; the snapshot as a whole fails only with an indispensable one.
  Result<> collect(const Snapshot& previous, Snapshot& into, std::vector<SourceProblem>& problems);

 private:
  Collector(KernelFs fs, Host host, ProcfsTasks tasks, CgroupSource cgroups, const Clock& clock)
      : fs_(std::move(fs)),
        host_(std::move(host)),
        tasks_(std::move(tasks)),
        cgroups_(std::move(cgroups)),
        clock_(&clock) {}

  void read_cgroups(const Snapshot& previous, Snapshot& into, std::vector<SourceProblem>& problems);

  KernelFs fs_;
  Host host_;
  ProcfsTasks tasks_;
  CgroupSource cgroups_;
  const Clock* clock_;
  FileBuffer buffer_;
  Caches caches_;
};

}  // namespace proctape
