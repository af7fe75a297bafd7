// SPDX-License-Identifier: Apache-2.0
#include "daemon/list_sources.h"

#include <fmt/core.h>

#include <algorithm>

#include "collector/collector.h"
#include "collector/sources.h"
#include "daemon/set_up.h"

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
  auto collector = Collector::open(config.root, {.cgroups = true}, clock);
  if (!collector) return std::move(collector.error());
  const SystemOptions options = system_options(config);
  collector->set_system_options(options);
  collector->choose_tasks(task_choice(config.task_source));
  collector->watch_exits(exit_choice(config.exits));
  Snapshot snapshot;
  std::vector<SourceProblem> problems;
  if (auto read = collector->collect({}, snapshot, problems); !read) return read;

  const auto print = [&](std::string_view name, std::string_view reads) {
    const auto problem = std::ranges::find(problems, name, &SourceProblem::source);
    const bool fine = problem == problems.end();
    fmt::print("{:<15} {:<7} {}\n", name, fine ? "ok" : state_of(problem->error.kind),
               fine ? reads : problem->error.message);
  };
  for (const Source& source : system_sources()) {
    if (source.option && !(options.*source.option)) {
      fmt::print("{:<15} {:<7} {}\n", source.name, "off", source.reads);
    } else {
      print(source.name, source.reads);
    }
  }
  const Tasks& tasks = collector->tasks();
  const bool by_bpf = tasks.name() == std::string_view("BPF");
  const char* const behind = tasks.refusal().empty() ? "" : "; ";
  print("tasks",
        by_bpf
            ? "by BPF, and /proc/<pid>/{cmdline,cgroup}"
            : fmt::format("/proc/<pid>/{{stat,status,schedstat,cmdline}} and /proc/<pid>/task{}{}",
                          behind, tasks.refusal()));
  print("task io", by_bpf ? "by BPF" : "/proc/<pid>/io");
  const Exits& exits = collector->exits();
  std::string told = exits.source() ? "by " + exits.name() : exits.refusals();
  if (exits.source() && !exits.refusals().empty()) told += "; " + exits.refusals();
  if (told.empty()) told = "off in the configuration";
  fmt::print("{:<15} {:<7} {}\n", "exits", exits.source() ? "ok" : "absent", told);
  print("cgroups", "/sys/fs/cgroup or /sys/fs/cgroup/unified");
  fmt::print("{} processes and threads\n", snapshot.tasks.size());
  return {};
}

}  // namespace proctape
