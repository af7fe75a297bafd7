// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup/effective_limits.h"

#include <fcntl.h>

#include "collector/cgroup/cgroup_limits.h"

namespace proctape {
namespace {

// Groups that no process was asked about for so many snapshots are forgotten.
constexpr Count kForgetAfter = 64;

}  // namespace

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
  entry.limits = limits_below(above, entry.limits.own);
  return entry.limits;
}

}  // namespace proctape
