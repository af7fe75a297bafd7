// SPDX-License-Identifier: Apache-2.0
//
// The paths of a sample's cgroups, and in which one each task is.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sample/sample.h"

namespace proctape {

class CgroupPaths {
 public:
  // The next sample of a log.
  void next(const Sample& sample);

  // In the order of the sample's cgroups: "/", "/system.slice/cron.service".
  const std::vector<std::string_view>& all() const { return paths_; }

  // That of a task: from the tree, or, until log version 2.10, from the task. The tree does not
  // have those that ended: it is where they were before, else where their parent is. Empty if
  // unknown. Valid for as long as this exists.
  std::string_view of(const TaskIdentity& task);

 private:
  using PathOfPid = std::unordered_map<Count, std::string_view>;

  std::string_view kept(std::string_view path);

  // A text that is looked up is not copied for it.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  std::unordered_set<std::string, TextHash, std::equal_to<>> texts_;  // all that there ever were
  std::size_t bytes_ = 0;                                             // of these
  std::vector<std::string_view> paths_;
  PathOfPid now_, before_;
};

}  // namespace proctape
