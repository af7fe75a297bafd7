// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup/effective_limits.h"

#include <fcntl.h>

#include <algorithm>

#include "collector/cgroup/cgroup_limits.h"

namespace proctape {
namespace {

// Groups that no process was asked about for so many snapshots are forgotten.
constexpr Count kForgetAfter = 64;

Count smaller(Count own, Count above) {
  if (own >= 0 && above >= 0) return std::min(own, above);
  return std::max(own, above);  // the only one that is a limit, else "max" before undefined
}

}  // namespace

void store_limits(const EffectiveLimits& limits, Task& into) {
  into.cpu.cgroup_weight = limits.own.cpu_weight;
  into.cpu.cgroup_max = limits.own.cpu_max;
  into.cpu.cgroup_max_effective = limits.cpu_max;
  into.memory.cgroup_max = limits.own.memory_max;
  into.memory.cgroup_max_effective = limits.memory_max;
  into.memory.cgroup_swap_max = limits.own.swap_max;
  into.memory.cgroup_swap_max_effective = limits.swap_max;
}

void EffectiveLimitsCache::begin_snapshot() {
  ++snapshots_;
  if (snapshots_ % kForgetAfter != 0) return;
  std::erase_if(
      groups_, [&](const auto& group) { return snapshots_ - group.second.read_in > kForgetAfter; });
}

const EffectiveLimits& EffectiveLimitsCache::of(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  auto known = groups_.find(path);
  if (known == groups_.end()) known = groups_.emplace(path, Entry{}).first;
  Entry& entry = known->second;  // stays where it is, whatever is added below
  if (entry.read_in == snapshots_) return entry.limits;
  entry.read_in = snapshots_;
  entry.limits = {};
  // Above what is seen from this cgroup namespace.
  if (path.starts_with("..")) return entry.limits;
  const char* const name = path.empty() ? "." : known->first.c_str();
  const Fd directory(
      ::openat(hierarchy_.get(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (directory) entry.limits.own = read_cgroup_limits(directory.get(), buffer_);
  if (path.empty()) return entry.limits;

  const auto slash = path.rfind('/');
  EffectiveLimits above;
  if (slash != path.npos) above = of(path.substr(0, slash));
  const CgroupLimits& own = entry.limits.own;
  entry.limits.cpu_max = smaller(own.cpu_max, above.cpu_max);
  entry.limits.memory_max = {smaller(own.memory_max.value, above.memory_max.value)};
  entry.limits.swap_max = {smaller(own.swap_max.value, above.swap_max.value)};
  return entry.limits;
}

}  // namespace proctape
