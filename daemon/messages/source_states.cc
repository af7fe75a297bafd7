// SPDX-License-Identifier: Apache-2.0
#include "daemon/messages/source_states.h"

#include <algorithm>
#include <utility>

#include "collector/sources.h"

namespace proctape {
namespace {

std::string joined(std::string text, const std::string& more) {
  if (!text.empty() && !more.empty()) text += "; ";
  return text + more;
}

std::string exits_text(const Exits& exits) {
  return joined(exits.source() ? "by " + exits.name() : std::string(), exits.refusals());
}

SourceState exits_state(const Exits& exits) {
  if (exits.source()) return SourceState::kOk;
  return exits.refusals().empty() ? SourceState::kOff : state_of(exits.refusal_kind());
}

SourceState network_state(const NetworkUse& network) {
  if (network.source()) return SourceState::kOk;
  return network.refusal().empty() ? SourceState::kOff : state_of(network.refusal_kind());
}

}  // namespace

std::string_view to_string(SourceState state) {
  switch (state) {
    case SourceState::kOk:
      return "ok";
    case SourceState::kAbsent:
      return "absent";
    case SourceState::kDenied:
      return "denied";
    case SourceState::kFailed:
      return "failed";
    case SourceState::kOff:
      break;
  }
  return "off";
}

SourceState state_of(Error::Kind kind) {
  if (kind == Error::Kind::kMissing) return SourceState::kAbsent;
  return kind == Error::Kind::kDenied ? SourceState::kDenied : SourceState::kFailed;
}

std::vector<SourceReport> source_reports(const Collector& collector,
                                         std::span<const SourceProblem> problems) {
  std::vector<SourceReport> reports;
  const auto add = [&](std::string_view name, SourceState state, std::string text,
                       const Timing* timing) {
    const auto problem = std::ranges::find(problems, name, &SourceProblem::source);
    if (state == SourceState::kOk && problem != problems.end()) {
      state = state_of(problem->error.kind);
      if (!problem->error.message.empty()) text = problem->error.message;
    }
    reports.push_back({name, state, std::move(text), timing});
  };
  const SourceTimes& times = collector.times();
  auto timing = times.system.begin();
  for (const Source& source : system_sources()) {
    const bool off = source.option && !(collector.system_options().*source.option);
    add(source.name, off ? SourceState::kOff : SourceState::kOk, std::string(source.reads),
        &*timing++);
  }
  const Tasks& tasks = collector.tasks();
  const bool by_bpf = tasks.name() == std::string_view("BPF");
  add("tasks", SourceState::kOk,
      by_bpf ? "by BPF, and /proc/<pid>/{cmdline,cgroup}"
             : joined("/proc/<pid>/{stat,status,schedstat,cmdline} and /proc/<pid>/task",
                      tasks.refusal()),
      &times.tasks);
  add("task io", SourceState::kOk, by_bpf ? "by BPF" : "/proc/<pid>/io", nullptr);
  const Exits& exits = collector.exits();
  add("exits", exits_state(exits), exits_text(exits), &times.exits);
  const NetworkUse& network = collector.network();
  add("network use", network_state(network),
      network.source() ? "payload of TCP and UDP, by BPF" : network.refusal(), &times.network);
  const bool cgroups = tasks.options().cgroups;
  add("cgroups", cgroups ? SourceState::kOk : SourceState::kOff,
      "/sys/fs/cgroup or /sys/fs/cgroup/unified, for logs from version 2.11 on", &times.cgroups);
  return reports;
}

}  // namespace proctape
