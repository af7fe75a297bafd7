// SPDX-License-Identifier: Apache-2.0
#include "cli/input/filter_options.h"

#include "cli/input/users.h"

namespace proctape {

void FilterOptions::add_to(CLI::App& app) {
  constexpr char kGroup[] = "Which tasks (several of one kind: any of them)";
  const auto option = [&](const char* name, auto& values, const char* type, const char* help) {
    app.add_option(name, values, help)->type_name(type)->allow_extra_args(false)->group(kGroup);
  };
  option("--pid", pids_, "PID", "this process and its threads");
  option("--name", names_, "GLOB", "the name of the program");
  option("--user", users_, "USER", "the effective or real user: a name, or a number");
  option("--container", containers_, "GLOB", "the container or pod: name or short id");
  option("--cgroup", cgroups_, "GLOB", "the cgroup or one above it: its path, or its name");
  option("--command", commands_, "REGEX", "found in the command line: extended, as of grep -E");
}

Result<TaskFilter> FilterOptions::filter() const {
  TaskFilter filter;
  for (const Count pid : pids_) filter.add_pid(pid);
  for (const std::string& name : names_) filter.add_name(name);
  for (const std::string& name : users_) {
    const auto uid = find_user(name);
    if (!uid) {
      return Error{Error::Kind::kInvalid,
                   "--user: no user of this machine is called " + name + "; give the number"};
    }
    filter.add_user(*uid);
  }
  for (const std::string& name : containers_) filter.add_container(name);
  for (const std::string& path : cgroups_) filter.add_cgroup(path);
  for (const std::string& expression : commands_) {
    if (auto added = filter.add_command(expression); !added) return added.error();
  }
  return filter;
}

}  // namespace proctape
