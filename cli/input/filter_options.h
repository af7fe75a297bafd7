// SPDX-License-Identifier: Apache-2.0
//
// --pid, --name, --user, --container, --cgroup, --command: which tasks are meant.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "query/filter/task_filter.h"

namespace proctape {

class FilterOptions {
 public:
  void add_to(CLI::App& app);

  Result<TaskFilter> filter() const;

 private:
  std::vector<Count> pids_;
  std::vector<std::string> names_;
  std::vector<std::string> users_;
  std::vector<std::string> containers_;
  std::vector<std::string> cgroups_;
  std::vector<std::string> commands_;
};

}  // namespace proctape
