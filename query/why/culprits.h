// SPDX-License-Identifier: Apache-2.0
//
// Who used most of something: as the one process that did, as a program with all its processes,
// short lives included, or, where nothing else stands out, as a container, a cgroup or a user.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "query/measure/task_groups.h"
#include "query/why/finding.h"

namespace proctape {

// The tasks of some samples, put together in several ways.
class Groups {
 public:
  void begin(const Host& host, const Sample& sample, CgroupPaths& paths);
  void take(const Task& task);
  void end();

  TaskGroups processes{GroupBy::kProcess};
  TaskGroups programs{GroupBy::kProgram};
  TaskGroups containers{GroupBy::kContainer};
  TaskGroups cgroups{GroupBy::kCgroup};
};

using UseOf = std::function<double(const TaskUse&)>;
using DescriptionOf = std::function<std::string(double use, double share)>;

struct Blame {
  UseOf use;
  double whole = 0;         // of it there was, whoever used it; if less than what is seen: that
  double least_share = 15;  // percent
  double least = 0;         // absolute
  std::size_t most = 3;
  DescriptionOf description;
};

// The most first.
std::vector<Party> blamed(const Groups& groups, const Blame& blame);
// The same with processes and programs only.
std::vector<Party> blamed(const TaskGroups& processes, const TaskGroups& programs,
                          const Blame& blame);

Party party_of(const TaskUse& process);

// "mysqld (pid 812)", "600 processes cc1".
std::string name_of(const Party& party);
// The first ones, with "and".
std::string names_of(const std::vector<Party>& parties);
bool is_among(const std::vector<Party>& parties, const TaskUse& use);
// Takes those out of `parties` that are in `others`.
void remove(const std::vector<Party>& others, std::vector<Party>& parties);

}  // namespace proctape
