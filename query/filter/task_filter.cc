// SPDX-License-Identifier: Apache-2.0
#include "query/filter/task_filter.h"

#include <fnmatch.h>
#include <regex.h>

#include <algorithm>
#include <array>
#include <utility>

namespace proctape {
namespace {

bool matches_one(const std::vector<std::string>& patterns, std::string_view text) {
  const std::string whole(text);
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return fnmatch(pattern.c_str(), whole.c_str(), 0) == 0;
  });
}

// The path or one of those above it: by the whole of it, or by its last name.
bool lies_in_one(const std::vector<std::string>& patterns, std::string_view path) {
  while (!path.empty()) {
    const auto slash = path.rfind('/');
    if (matches_one(patterns, path)) return true;
    if (slash == path.npos) return false;
    if (matches_one(patterns, path.substr(slash + 1))) return true;
    path = path.substr(0, slash);
  }
  return matches_one(patterns, "/");
}

}  // namespace

struct TaskFilter::Expression {
  Expression() = default;
  Expression(const Expression&) = delete;
  Expression& operator=(const Expression&) = delete;
  ~Expression() {
    if (is_compiled) regfree(&compiled);
  }

  regex_t compiled{};
  bool is_compiled = false;
};

Result<> TaskFilter::add_command(const std::string& expression) {
  auto made = std::make_shared<Expression>();
  const int error = regcomp(&made->compiled, expression.c_str(), REG_EXTENDED | REG_NOSUB);
  if (error != 0) {
    std::array<char, 128> reason{};
    regerror(error, &made->compiled, reason.data(), reason.size());
    return Error{Error::Kind::kInvalid,
                 "\"" + expression + "\" is no regular expression: " + reason.data()};
  }
  made->is_compiled = true;
  commands_.push_back(std::move(made));
  return {};
}

bool TaskFilter::accepts(
    const TaskIdentity& task,
    const std::function<std::string_view(const TaskIdentity&)>& cgroup_of) const {
  const auto among = [](const std::vector<Count>& numbers, Count number) {
    return numbers.empty() || std::ranges::find(numbers, number) != numbers.end();
  };
  if (!among(pids_, task.pid) && !among(pids_, task.tgid)) return false;
  if (!among(users_, task.euid) && !among(users_, task.ruid)) return false;
  if (!names_.empty() && !matches_one(names_, task.name)) return false;
  if (!containers_.empty() && !matches_one(containers_, task.host_name) &&
      !matches_one(containers_, task.container)) {
    return false;
  }
  if (!commands_.empty()) {
    const std::string command(task.command_line.view());
    const auto finds = [&](const auto& expression) {
      return regexec(&expression->compiled, command.c_str(), 0, nullptr, 0) == 0;
    };
    if (std::ranges::none_of(commands_, finds)) return false;
  }
  return cgroups_.empty() || lies_in_one(cgroups_, cgroup_of(task));
}

}  // namespace proctape
