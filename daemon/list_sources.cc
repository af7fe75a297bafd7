// SPDX-License-Identifier: Apache-2.0
#include "daemon/list_sources.h"

#include <fmt/core.h>

#include <algorithm>

#include "collector/collector.h"
#include "collector/sources.h"

namespace proctape {
namespace {

const char* state_of(Error::Kind kind) {
  switch (kind) {
    case Error::Kind::kMissing:
      return "absent";
    case Error::Kind::kDenied:
      return "denied";
    default:
      return "failed";
  }
}

}  // namespace

Result<> list_sources(const Config& config) {
  const SystemClock clock;
  auto collector = Collector::open(
      config.root, {.pss = config.pss != Config::Pss::kOff, .cgroups = true}, clock);
  if (!collector) return std::move(collector.error());
  Snapshot snapshot;
  std::vector<SourceProblem> problems;
  if (auto read = collector->collect({}, snapshot, problems); !read) return read;

  const auto print = [&](std::string_view name, std::string_view reads) {
    const auto problem = std::ranges::find(problems, name, &SourceProblem::source);
    const bool fine = problem == problems.end();
    fmt::print("{:<15} {:<7} {}\n", name, fine ? "ok" : state_of(problem->error.kind),
               fine ? reads : problem->error.message);
  };
  for (const Source& source : system_sources()) print(source.name, source.reads);
  print("tasks", "/proc/<pid>/{stat,status,schedstat,cmdline} and /proc/<pid>/task");
  print("task io", "/proc/<pid>/io");
  print("cgroups", "/sys/fs/cgroup or /sys/fs/cgroup/unified");
  fmt::print("{} processes and threads\n", snapshot.tasks.size());
  return {};
}

}  // namespace proctape
