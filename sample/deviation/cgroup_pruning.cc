// SPDX-License-Identifier: Apache-2.0
#include "sample/deviation/cgroup_pruning.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

namespace proctape {
namespace {

std::size_t index(Count sequence) { return static_cast<std::size_t>(sequence); }

// By position. A parent's is never less than that of its children.
std::vector<double> activities(std::span<const Cgroup> cgroups) {
  std::vector<double> activity(cgroups.size());
  // `value` is negative where it is not known.
  const auto add_share = [&](auto value) {
    Count largest = 1;
    for (const Cgroup& cgroup : cgroups) largest = std::max(largest, value(cgroup));
    for (std::size_t i = 0; i < cgroups.size(); ++i) {
      activity[i] +=
          static_cast<double>(std::max<Count>(value(cgroups[i]), 0)) / static_cast<double>(largest);
    }
  };
  add_share([](const Cgroup& c) { return (c.cpu.user + c.cpu.system).value; });
  add_share([](const Cgroup& c) { return (c.disk.read + c.disk.written).value; });
  add_share([](const Cgroup& c) { return c.memory.current.value; });
  // The kernel's numbers of a group contain those below it, but are not of one moment.
  for (std::size_t i = cgroups.size(); i-- > 1;) {
    double& parent = activity[index(cgroups[i].identity.parent)];
    parent = std::max(parent, activity[i]);
  }
  return activity;
}

// By position. Of groups that did the same the first ones are kept, so none without its parent.
std::vector<bool> busiest(std::size_t most, std::span<const Cgroup> cgroups) {
  const std::vector<double> activity = activities(cgroups);
  std::vector<std::size_t> order(cgroups.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order.begin() + 1, order.end(), std::ranges::greater{},
                           [&](std::size_t i) { return activity[i]; });
  std::vector<bool> kept(cgroups.size());
  for (const std::size_t i : std::span(order).first(most)) kept[i] = true;
  return kept;
}

}  // namespace

void prune_to_busiest(std::size_t most, std::vector<Cgroup>& cgroups,
                      std::vector<std::int32_t>& pids) {
  if (cgroups.size() <= most) return;
  const std::vector<bool> kept = busiest(most, cgroups);
  std::vector<Count> new_sequence(cgroups.size(), -1);
  std::size_t next = 0;
  std::size_t next_pid = 0;
  std::size_t first_pid = 0;
  for (std::size_t i = 0; i < cgroups.size(); ++i) {
    const std::size_t count = index(cgroups[i].identity.processes);
    if (kept[i]) {
      CgroupIdentity& who = cgroups[i].identity;
      new_sequence[i] = who.sequence = static_cast<Count>(next);
      if (who.parent >= 0) who.parent = new_sequence[index(who.parent)];
      std::copy_n(pids.begin() + static_cast<std::ptrdiff_t>(first_pid), count,
                  pids.begin() + static_cast<std::ptrdiff_t>(next_pid));
      next_pid += count;
      if (next != i) cgroups[next] = std::move(cgroups[i]);
      ++next;
    }
    first_pid += count;
  }
  cgroups.resize(next);
  pids.resize(next_pid);
}

}  // namespace proctape
