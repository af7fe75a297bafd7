// SPDX-License-Identifier: Apache-2.0
//
// Which tasks are meant: all that pass each condition that was given. Several values of one
// condition are alternatives.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "sample/task.h"

namespace proctape {

class TaskFilter {
 public:
  // Patterns are those of a shell: `*`, `?`, `[abc]`. Of cgroups they are compared with the path
  // ("/system.slice/cron.service", where `*` also means slashes) and with each name in it
  // ("cron.service"), so that what lies below is meant, too.
  void add_pid(Count pid) { pids_.push_back(pid); }  // also its threads
  void add_user(Count uid) { users_.push_back(uid); }
  void add_name(std::string pattern) { names_.push_back(std::move(pattern)); }
  void add_container(std::string pattern) { containers_.push_back(std::move(pattern)); }
  void add_cgroup(std::string pattern) { cgroups_.push_back(std::move(pattern)); }
  // An extended regular expression (POSIX), found anywhere in the command line.
  Result<> add_command(const std::string& expression);

  bool is_all() const {
    return pids_.empty() && users_.empty() && names_.empty() && containers_.empty() &&
           cgroups_.empty() && commands_.empty();
  }
  // Its cgroup is asked only if that matters.
  bool accepts(const TaskIdentity& task,
               const std::function<std::string_view(const TaskIdentity&)>& cgroup_of) const;

 private:
  struct Expression;

  std::vector<Count> pids_;
  std::vector<Count> users_;
  std::vector<std::string> names_;
  std::vector<std::string> containers_;
  std::vector<std::string> cgroups_;
  std::vector<std::shared_ptr<const Expression>> commands_;
};

}  // namespace proctape
