// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/list_sources.h"

#include "base/text/format.h"
#include "base/text/output.h"
#include "collector/collector.h"
#include "daemon/messages/source_states.h"
#include "daemon/start/set_up.h"

namespace proctape {

Result<> list_sources(const Config& config) {
  const SystemClock clock;
  auto collector = Collector::open(config.root, {.cgroups = true}, clock);
  if (!collector) return std::move(collector.error());
  const SystemOptions options = system_options(config);
  collector->set_system_options(options);
  collector->choose_tasks(task_choice(config.task_source));
  collector->watch_exits(exit_choice(config.exits));
  collector->watch_network(network_choice(config.network));
  Snapshot snapshot;
  std::vector<SourceProblem> problems;
  if (auto read = collector->collect({}, snapshot, problems); !read) return read;

  for (const SourceReport& report : source_reports(*collector, problems)) {
    print_line(formatted("{:<15} {:<7} {}", report.name, to_string(report.state), report.text));
  }
  print_line(formatted("{} processes and threads", snapshot.tasks.size()));
  return {};
}

}  // namespace proctape
