// SPDX-License-Identifier: Apache-2.0
#include "cli/input/sample_series.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/text/visible_text.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"
#include "query/measure/cgroup_paths.h"
#include "query/measure/own_io.h"

namespace proctape {

void SampleSeries::add_to(CLI::App& app) {
  logs_.add_to(app);
  filters_.add_to(app);
}

int SampleSeries::read(SampleTaker& taker) {
  const auto filter = filters_.filter();
  if (!filter) {
    complain(filter.error().message);
    return kExitUsage;
  }
  std::optional<std::string> host;
  Sample sample;
  OwnIo own_io;
  CgroupPaths cgroups;
  Seconds last{};        // of all samples so far
  Seconds told_until{};  // by the logs before this one
  Count doubled = 0;
  const auto open = [&](Reader& reader) {
    const std::string& name = reader.host().node_name;
    told_until = last;
    if (!host) {
      host = name;
      taker.open(reader.host(), reader.version());
    }
    if (name == *host) return true;
    complain("logs of several hosts: " + visible(*host) + " and " + visible(name));
    return false;
  };
  const auto cgroup_of = [&](const TaskIdentity& task) { return cgroups.of(task); };
  const auto take = [&](const Task& task) {
    taker.take(task, filter->is_all() || filter->accepts(task.identity, cgroup_of));
  };
  const int exit_code = logs_.read(open, [&](Reader& reader) {
    const Seconds time = reader.record().header.time;
    if (time <= told_until) {
      ++doubled;
      return true;
    }
    last = std::max(last, time);
    // Few tasks are decoded once; those of a large host are too many to hold.
    const bool holds_tasks = reader.holds_tasks();
    if (holds_tasks) {
      reader.decode(sample);
    } else {
      reader.decode_without_tasks(sample);
    }
    const auto tasks = [&](TaskVisitor visit) {
      if (!holds_tasks) return reader.visit_tasks(visit);
      for (const Task& task : sample.tasks) visit(task);
    };
    cgroups.next(sample);
    taker.begin(sample);
    own_io.visit(sample.since_boot, tasks, take);
    return taker.end();
  });
  if (doubled > 0) {
    complain(std::to_string(doubled) + " samples are left out: a log before theirs has later ones");
  }
  return exit_code;
}

}  // namespace proctape
