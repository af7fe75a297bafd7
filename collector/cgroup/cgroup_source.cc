// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup/cgroup_source.h"

namespace proctape {
namespace {

void stand_in(Snapshot& into) {
  into.cgroup_pids.clear();
  for (const Task& task : into.tasks) {
    if (task.identity.is_process) {
      into.cgroup_pids.push_back(static_cast<std::int32_t>(task.identity.pid));
    }
  }
  into.cgroups.resize(1);
  into.cgroups.front() = {};
  into.cgroups.front().identity.processes = static_cast<Count>(into.cgroup_pids.size());
}

}  // namespace

Result<> CgroupSource::read(const KernelFs& fs, std::span<const DeviceNumber> disks,
                            const Snapshot& previous, Snapshot& into) {
  if (!hierarchy_) {
    stand_in(into);
    return Error{Error::Kind::kMissing, "no hierarchy of cgroup version 2 is mounted"};
  }
  auto read = tree_.read(fs, *hierarchy_, disks, previous, into);
  if (into.cgroups.empty() && !previous.cgroups.empty()) {
    // This once, so that the next difference is that of both intervals.
    into.cgroups = previous.cgroups;
    into.cgroup_pids = previous.cgroup_pids;
  } else if (into.cgroups.empty()) {
    stand_in(into);
  }
  if (read && into.cgroups.size() > kMostCgroups) {
    const std::size_t left_out = into.cgroups.size() - kMostCgroups;
    return Error{Error::Kind::kNoSpace, std::to_string(left_out) + " of " +
                                            std::to_string(into.cgroups.size()) +
                                            " groups are left out, those that did the least"};
  }
  return read;
}

}  // namespace proctape
