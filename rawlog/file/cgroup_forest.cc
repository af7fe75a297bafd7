// SPDX-License-Identifier: Apache-2.0
#include "rawlog/file/cgroup_forest.h"

#include <algorithm>

#include "rawlog/file/record_check.h"

namespace proctape {
namespace {

bool lives(const Task& task) {
  return task.identity.is_process && task.identity.state != TaskIdentity::kExited;
}

}  // namespace

void CgroupForest::clear() {
  groups_.assign(1, {});
  pids_.clear();
}

// Its path is cut to 63 bytes in the log, so that it is no deeper than 32 levels.
std::size_t CgroupForest::group_of(std::string_view path) {
  std::size_t group = 0;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
    if (name.empty()) continue;
    auto& children = groups_[group].children;
    if (const auto known = children.find(name); known != children.end()) {
      group = known->second;
      continue;
    }
    if (groups_.size() == kMostCgroups) break;
    children.emplace(name, groups_.size());
    group = groups_.size();
    groups_.emplace_back();
  }
  return group;
}

void CgroupForest::add(const Task& task) {
  if (!lives(task) || task.identity.cgroup_path.empty() || pids_.size() == kMostCgroupPids) return;
  const std::size_t group = group_of(task.identity.cgroup_path);
  pids_.emplace_back(group, static_cast<std::int32_t>(task.identity.pid));
  groups_[group].limits = {.cpu_weight = task.cpu.cgroup_weight,
                           .cpu_max = task.cpu.cgroup_max,
                           .memory_max = task.memory.cgroup_max,
                           .swap_max = task.memory.cgroup_swap_max};
}

void CgroupForest::add_to_root(const Task& task) {
  if (!lives(task) || pids_.size() == kMostCgroupPids) return;
  pids_.emplace_back(0, static_cast<std::int32_t>(task.identity.pid));
}

void CgroupForest::make_chain(std::vector<Cgroup>& cgroups, std::vector<std::int32_t>& pids) {
  cgroups.clear();
  pids.clear();
  std::ranges::sort(pids_);
  emit(0, "", -1, 0, cgroups, pids);
  complete_cgroup_identity(cgroups);
  for (std::size_t i = cgroups.size(); i-- > 1;) {
    const CgroupIdentity& who = cgroups[i].identity;
    cgroups[static_cast<std::size_t>(who.parent)].identity.processes_below +=
        who.processes + who.processes_below;
  }
}

// Depth first, children by name.
void CgroupForest::emit(std::size_t group, const std::string& name, Count parent, Count depth,
                        std::vector<Cgroup>& cgroups, std::vector<std::int32_t>& pids) {
  const auto position = static_cast<Count>(cgroups.size());
  Cgroup& made = cgroups.emplace_back();
  made.name = name;
  made.limits = groups_[group].limits;
  made.identity.sequence = position;
  made.identity.parent = parent;
  made.identity.depth = depth;
  // Not equal_range: a view of libstdc++ 12 is more than clang 14 understands.
  auto own =
      std::ranges::lower_bound(pids_, group, {}, &std::pair<std::size_t, std::int32_t>::first);
  const std::size_t others = pids.size();
  for (; own != pids_.end() && own->first == group; ++own) pids.push_back(own->second);
  made.identity.processes = static_cast<Count>(pids.size() - others);
  for (const auto& [child, index] : groups_[group].children) {
    emit(index, child, position, depth + 1, cgroups, pids);
  }
}

}  // namespace proctape
