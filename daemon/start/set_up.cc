// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/set_up.h"

#include <algorithm>
#include <utility>

#include "base/file/spare_files.h"
#include "daemon/messages/log.h"
#include "daemon/messages/source_states.h"
#include "daemon/start/atop_log.h"

namespace proctape {
namespace {

Needs needs_of_all(const Logs& logs) {
  Needs needs;
  for (const auto& log : logs) needs = needs | log->needs();
  return needs;
}

PlaceOptions::Names names_of(Config::Containers containers) {
  switch (containers) {
    case Config::Containers::kAuto:
      return PlaceOptions::Names::kContainers;
    case Config::Containers::kUnits:
      return PlaceOptions::Names::kServices;
    case Config::Containers::kOff:
      break;
  }
  return PlaceOptions::Names::kOff;
}

ThreadSelection thread_selection(const Config& config) {
  using Mode = ThreadSelection::Mode;
  switch (config.threads) {
    case Config::Threads::kAll:
      return {Mode::kAll, {}};
    case Config::Threads::kBusy:
      return {Mode::kBusy, {}};
    case Config::Threads::kNone:
      return {Mode::kNone, {}};
    case Config::Threads::kNamed:
      break;
  }
  return {Mode::kNamed, config.threads_of};
}

PssMode pss_mode(const Config& config) {
  switch (config.pss) {
    case Config::Pss::kOff:
      return PssMode::kOff;
    case Config::Pss::kAlways:
      return PssMode::kAlways;
    case Config::Pss::kBudget:
      break;
  }
  return PssMode::kBudget;
}

Result<TaskOptions> task_options(const Config& config, const Needs& needs) {
  static_assert(Redaction::kDefault == kDefaultRedaction);
  auto redaction = Redaction::compile(config.redact, config.redact_allow);
  if (!redaction) return std::move(redaction.error());
  return TaskOptions{
      .pss = pss_mode(config),
      .wait_channel = config.wait_channel,
      .oom_score = needs.oom_score,
      .thread_switches = needs.thread_switches,
      .threads = thread_selection(config),
      .places = {.names = names_of(config.containers), .cgroups = needs.task_cgroups},
      .cgroups = needs.cgroups,
      .redaction = std::make_shared<const Redaction>(std::move(*redaction))};
}

std::chrono::nanoseconds shortest_interval(const Config& config) {
  if (!config.pressure.extra_samples) return config.interval;
  return std::min(config.interval, config.pressure.interval);
}

SamplerOptions sampler_options(const Config& config) {
  return {.deviation = {.threads = thread_selection(config)},
          .skip_first = config.first_record == Config::FirstRecord::kSkip};
}

Logs make_logs(const Config& config, const Host& host) {
  const bool below_a_second = shortest_interval(config) < std::chrono::seconds(1);
  Logs logs;
  for (const Config::Log& log : config.logs) {
    switch (log.kind) {
      case Config::Log::Kind::kAtop:
        logs.push_back(make_atop_log(log, below_a_second, host));
    }
  }
  return logs;
}

// The directories of `logs` that are not among those of `old`: a slip in a path is to be told by
// the reload that brings it, and not by the end of the recording. For space it can be waited.
Result<> enter_new_directories(const Logs& logs, const std::vector<const Log*>& old) {
  for (const auto& log : logs) {
    const auto same = [&](const Log* other) { return other->directory() == log->directory(); };
    if (std::ranges::any_of(old, same)) continue;
    auto entered = log->enter();
    if (!entered && entered.error().kind != Error::Kind::kNoSpace) return entered;
  }
  return {};
}

void tell_source(const Tasks& tasks, const Config& config) {
  if (tasks.refusal().empty()) {
    log_info("tasks are read by {}", tasks.name());
  } else if (config.task_source == Config::TaskSource::kBpf) {
    log_warning("tasks are read by {}; {}", tasks.name(), tasks.refusal());
  } else {
    log_info("tasks are read by {}; {}", tasks.name(), tasks.refusal());
  }
}

void tell_exits(const Exits& exits) {
  const char* const behind = exits.refusals().empty() ? "" : "; ";
  if (exits.source()) {
    log_info("processes that end are told by {}{}{}", exits.name(), behind, exits.refusals());
  } else if (exits.refusals().empty()) {
    log_info("exits off: processes that end are not recorded, as configured");
  } else {
    log_warning("exits {}: processes that end are not recorded: {}",
                to_string(state_of(exits.refusal_kind())), exits.refusals());
  }
}

void tell_network(const NetworkUse& network, const Config& config) {
  if (network.source()) {
    log_info("network use of tasks is counted by BPF: payload of TCP and UDP");
  } else if (network.refusal().empty()) {
    log_info("network use off: what tasks send and receive is not recorded, as configured");
  } else if (config.network == Config::Network::kAuto) {
    log_info("network use {}: what tasks send and receive is not recorded: {}",
             to_string(state_of(network.refusal_kind())), network.refusal());
  } else {
    log_warning("network use {}: what tasks send and receive is not recorded: {}",
                to_string(state_of(network.refusal_kind())), network.refusal());
  }
}

}  // namespace

TaskChoice task_choice(Config::TaskSource source) {
  switch (source) {
    case Config::TaskSource::kBpf:
      return TaskChoice::kBpf;
    case Config::TaskSource::kProc:
      return TaskChoice::kProc;
    default:
      return TaskChoice::kAuto;
  }
}

ExitChoice exit_choice(Config::Exits exits) {
  switch (exits) {
    case Config::Exits::kBpf:
      return ExitChoice::kBpf;
    case Config::Exits::kTaskstats:
      return ExitChoice::kTaskstats;
    case Config::Exits::kNone:
      return ExitChoice::kNone;
    default:
      return ExitChoice::kAuto;
  }
}

NetworkChoice network_choice(Config::Network network) {
  switch (network) {
    case Config::Network::kPayload:
      return NetworkChoice::kPayload;
    case Config::Network::kOff:
      return NetworkChoice::kNone;
    default:
      return NetworkChoice::kAuto;
  }
}

SystemOptions system_options(const Config& config) {
  return {.perf_counters = config.perf_counters, .gpu = config.gpu == Config::Gpu::kAuto};
}

ExtraSampleOptions extra_sample_options(const Config& config) {
  const Config::Pressure& pressure = config.pressure;
  return {.on = pressure.extra_samples,
          .root = config.root,
          .limits = {.cpu = pressure.cpu,
                     .memory = pressure.memory,
                     .io = pressure.io,
                     .oom_kills = pressure.oom_kills},
          .burst = {.duration = pressure.duration, .rest = pressure.rest},
          .interval = pressure.interval};
}

Result<Sampler> make_sampler(const Config& config, const Clock& clock) {
  auto collector = Collector::open(config.root, {}, clock);
  if (!collector) return std::move(collector.error());
  auto logs = make_logs(config, collector->host());
  auto options = task_options(config, needs_of_all(logs));
  if (!options) return std::move(options.error());
  collector->set_task_options(*options);
  collector->set_system_options(system_options(config));
  {
    const SpareFiles spare;
    collector->choose_tasks(task_choice(config.task_source));
    collector->watch_exits(exit_choice(config.exits));
    collector->watch_network(network_choice(config.network));
  }
  tell_source(collector->tasks(), config);
  tell_exits(collector->exits());
  tell_network(collector->network(), config);
  return Sampler(std::move(*collector), std::move(logs), sampler_options(config));
}

void keep_until_next_start(Config& config, const Config& old) {
  if (config.root != old.root) {
    log_warning("root stays {} until the next start: the differences go on from it", old.root);
    config.root = old.root;
  }
  if (config.exits != old.exits) {
    log_warning("tasks.exits stays as it is until the next start");
    config.exits = old.exits;
  }
}

std::string directories_of(const Config& config) {
  std::string list;
  for (const Config::Log& log : config.logs) list += (list.empty() ? "" : ", ") + log.directory;
  return list;
}

Result<> reconfigure(Sampler& sampler, const Config& config, const Config& old) {
  auto logs = make_logs(config, sampler.host());
  auto options = task_options(config, needs_of_all(logs));
  if (!options) return std::move(options.error());
  if (auto entered = enter_new_directories(logs, sampler.logs()); !entered) return entered;
  // Also when it was wished for before: BPF may have failed since, and work again.
  const std::string before = sampler.tasks().name();
  {
    const SpareFiles spare;
    sampler.choose_tasks(task_choice(config.task_source));
    if (config.network != old.network) sampler.watch_network(network_choice(config.network));
  }
  if (config.task_source != old.task_source || sampler.tasks().name() != before) {
    tell_source(sampler.tasks(), config);
  }
  if (config.network != old.network) tell_network(sampler.network(), config);
  sampler.reconfigure(std::move(logs), *options, system_options(config), sampler_options(config));
  if (const auto now = directories_of(config), then = directories_of(old); now != then) {
    log_warning("the recording goes on in {}, no longer in {}", now, then);
  }
  return {};
}

}  // namespace proctape
