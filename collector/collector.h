// SPDX-License-Identifier: Apache-2.0
//
// Takes snapshots: runs through the table of sources and the tasks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "collector/cgroup/cgroup_source.h"
#include "collector/exits/exits.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/network/network_use.h"
#include "collector/source_times.h"
#include "collector/system/memo.h"
#include "collector/system/system_options.h"
#include "collector/task/tasks.h"
#include "sample/host.h"
#include "sample/snapshot.h"

namespace proctape {

// A source that gave nothing, or not all, this time.
struct SourceProblem {
  std::string_view source;
  Error error;
  std::string news{};  // of kLeftOut: what was not in the snapshots before
};

class Collector {
 public:
  // `root` holds proc/ and sys/. `clock` must outlive the collector.
  static Result<Collector> open(const std::string& root, const TaskOptions& options,
                                const Clock& clock);

  const Host& host() const { return host_; }
  const Clock& clock() const { return *clock_; }
  // Makes host() tell the name that the host has now.
  void update_node_name();

  // What tells of tasks, from the next snapshot on; at first it is /proc.
  void choose_tasks(TaskChoice choice) { tasks_.choose(choice, fs_); }
  const Tasks& tasks() const { return tasks_; }

  // From now on processes that end are noticed; without this they are not. What came of it, and
  // what to watch between snapshots, is told by exits().
  void watch_exits(ExitChoice choice);
  const Exits& exits() const { return exits_; }
  // From now on what tasks send and receive is counted, or no longer.
  void watch_network(NetworkChoice choice) { network_ = NetworkUse::open(choice, fs_, host_); }
  const NetworkUse& network() const { return network_; }
  // Relieves the kernel of what it has gathered for the next snapshot.
  void drain_exits() { exits_.drain(); }
  // The exits of `snapshot` were not made use of, and belong to the next one.
  void take_back_exits(Snapshot& snapshot) { exits_.take_back(snapshot); }

  // What the snapshots so far took, by source.
  const SourceTimes& times() const { return times_; }
  // Tasks that began to keep a reader waiting, in the last snapshot.
  std::size_t stuck_tasks() const { return tasks_.problems().stuck.size(); }

  // From the next snapshot on.
  void set_task_options(const TaskOptions& options);

  // From the next snapshot on; at first none of them is set.
  void set_system_options(const SystemOptions& options);
  const SystemOptions& system_options() const { return system_options_; }

  // Fills `into`, whose memory is kept, with the state of the host now. `previous` is the
  // last snapshot taken, empty at first: what did not change is carried over from it.
  // A source that is not on this host is asked again after a minute.
  // Sources that fail are listed in `problems` (replaced) and leave their part at its
  // defaults; the snapshot as a whole fails only with an indispensable one.
  Result<> collect(const Snapshot& previous, Snapshot& into, std::vector<SourceProblem>& problems);

 private:
  Collector(KernelFs fs, Host host, Tasks tasks, CgroupSource cgroups, const Clock& clock)
      : fs_(std::move(fs)),
        host_(std::move(host)),
        tasks_(std::move(tasks)),
        cgroups_(std::move(cgroups)),
        clock_(&clock) {}

  bool is_absent(std::size_t source, SinceBoot now) const;
  void read_network(Snapshot& into, std::vector<SourceProblem>& problems);
  void read_cgroups(const Snapshot& previous, Snapshot& into, std::vector<SourceProblem>& problems);

  KernelFs fs_;
  Host host_;
  Tasks tasks_;
  Exits exits_;
  NetworkUse network_;
  CgroupSource cgroups_;
  const Clock* clock_;
  FileBuffer buffer_;
  Memo memo_;
  SystemOptions system_options_;
  SourceTimes times_;
  // By source: when it was asked last and not on this host; none: it was there.
  std::vector<std::optional<SinceBoot>> absent_;
};

}  // namespace proctape
