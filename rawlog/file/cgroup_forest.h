// SPDX-License-Identifier: Apache-2.0
//
// Makes a chain of cgroups (logs from 2.11 on) of what logs of 2.8 to 2.10 have in each process:
// the path of its group and the settings of it. What the groups used is in no task.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sample/cgroup.h"
#include "sample/task.h"

namespace proctape {

class CgroupForest {
 public:
  CgroupForest() { clear(); }

  void clear();
  // A task; those that are no live process, or have no path, are in no group.
  void add(const Task& task);
  // A process of the root.
  void add_to_root(const Task& task);

  // Replaces both. There is always a root.
  void make_chain(std::vector<Cgroup>& cgroups, std::vector<std::int32_t>& pids);

 private:
  struct Group {
    std::map<std::string, std::size_t, std::less<>> children;  // into groups_
    CgroupLimits limits;
  };

  std::size_t group_of(std::string_view path);
  void emit(std::size_t group, const std::string& name, Count parent, Count depth,
            std::vector<Cgroup>& cgroups, std::vector<std::int32_t>& pids);

  std::vector<Group> groups_;                               // the root first
  std::vector<std::pair<std::size_t, std::int32_t>> pids_;  // with their group
};

}  // namespace proctape
