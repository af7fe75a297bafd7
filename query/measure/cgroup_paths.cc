// SPDX-License-Identifier: Apache-2.0
#include "query/measure/cgroup_paths.h"

#include <cstddef>
#include <utility>

namespace proctape {
namespace {

// The kernel's own limit; a crafted log may nest names that together take gigabytes.
constexpr std::size_t kLongestPath = 4096;
// A crafted log may name others in each sample.
constexpr std::size_t kMostPaths = 1 << 20;
// More processes than a host has at a time; a crafted record has more.
constexpr std::size_t kMostPlaces = 1 << 17;
constexpr std::size_t kMostBytes = 64 << 20;

}  // namespace

std::string_view CgroupPaths::kept(std::string_view path) {
  const auto known = texts_.find(path);
  if (known != texts_.end()) return *known;
  if (texts_.size() >= kMostPaths || bytes_ >= kMostBytes) return {};
  bytes_ += path.size();
  return *texts_.emplace(path).first;
}

void CgroupPaths::next(const Sample& sample) {
  const auto& cgroups = sample.cgroups;
  paths_.resize(cgroups.size());
  std::string path;
  for (std::size_t i = 0; i < cgroups.size(); ++i) {
    const auto parent = static_cast<std::size_t>(cgroups[i].identity.parent);
    path.clear();
    // Parents come before children; a damaged log may say anything.
    if (cgroups[i].identity.parent >= 0 && parent < i && paths_[parent] != "/") {
      path = paths_[parent];
    }
    path += '/';
    path += cgroups[i].name;
    if (path.size() > kLongestPath) path.resize(kLongestPath);
    paths_[i] = kept(path);
  }
  std::swap(now_, before_);
  now_.clear();
}

std::string_view CgroupPaths::of(const TaskIdentity& task) {
  const auto index = static_cast<std::size_t>(task.cgroup_index);
  std::string_view path;
  if (!task.cgroup_path.empty()) {
    path = kept(task.cgroup_path);
  } else if (task.cgroup_index >= 0 && index < paths_.size() &&
             task.state != TaskIdentity::kExited) {
    path = paths_[index];
  } else {
    for (const Count pid : {task.pid, task.tgid, task.ppid}) {
      for (const PathOfPid* paths : {&now_, &before_}) {
        const auto found = paths->find(pid);
        if (found != paths->end()) return found->second;
      }
    }
  }
  if (!path.empty() && task.is_process && now_.size() < kMostPlaces) now_[task.pid] = path;
  return path;
}

}  // namespace proctape
