// SPDX-License-Identifier: Apache-2.0
//
// Other names for what tells whose host a log is of, so that it can be attached to a report of a
// fault: the host's name, users and groups above 999, command lines, containers, cgroups, NFS
// mounts and volumes. One thing has the same name in all samples. Names of programs, devices and
// numbers stay: they are what a report is about.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/units.h"
#include "sample/host.h"
#include "sample/sample.h"

namespace proctape {

class Pseudonyms {
 public:
  void replace(Host& host);
  void replace(Sample& sample);  // all but its tasks
  void replace(Task& task);

 private:
  using Numbers = std::unordered_map<std::string, std::size_t>;

  // "command-3", or empty for an empty one.
  std::string of(std::string_view kind, std::string_view name);
  std::string of_cgroup(std::string_view name);
  std::string of_path(std::string_view path);
  void replace_id(Count& id);

  std::unordered_map<std::string, Numbers> by_kind_;
  std::unordered_map<Count, Count> ids_;  // of users and groups
};

}  // namespace proctape
