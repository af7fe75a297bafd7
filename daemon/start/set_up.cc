// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/set_up.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/file/spare_files.h"
#include "daemon/messages/source_states.h"
#include "daemon/start/group.h"
#include "daemon/start/installed_atop.h"
#include "rawlog/layout/features.h"

namespace proctape {
namespace {

constexpr Version kVersionOfMostReaders = v2_12;

// The version to write for a format of "auto", or a version's name: that of the atop on this
// host if there is one we know, else 2.12, whose layout most of today's readers take.
Version choose_version(const Config::Log& log) {
  if (const auto version = parse_version(log.format)) return *version;
  const auto installed = installed_atop_version();
  if (installed) {
    spdlog::info("writing log version {}, that of the atop on this host", to_string(*installed));
    return *installed;
  }
  const Error& problem = installed.error();
  // An atop that gives no answer, as from a disk that hangs, is still the one that it was.
  if (problem.kind != Error::Kind::kMissing) {
    if (const auto last = version_of_last_log(log.directory)) {
      spdlog::warn("writing log version {}, that of the last log: {}", to_string(*last),
                   problem.message);
      return *last;
    }
  }
  spdlog::info("writing log version {}: {}", to_string(kVersionOfMostReaders), problem.message);
  return kVersionOfMostReaders;
}

std::vector<Version> versions_of(const Config& config) {
  std::vector<Version> versions;
  for (const Config::Log& log : config.logs) versions.push_back(choose_version(log));
  return versions;
}

Needs needs_of_all(const std::vector<Version>& versions) {
  Needs needs;
  for (const Version version : versions) needs = needs | needs_of(version);
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

Result<TaskOptions> task_options(const Config& config, const std::vector<Version>& versions) {
  static_assert(Redaction::kDefault == kDefaultRedaction);
  auto redaction = Redaction::compile(config.redact, config.redact_allow);
  if (!redaction) return std::move(redaction.error());
  const Needs needs = needs_of_all(versions);
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
          .skip_first = config.first_record == Config::FirstRecord::kSkip,
          .below_a_second = shortest_interval(config) < std::chrono::seconds(1)};
}

// Told, and none, if there is no such group.
std::optional<gid_t> group_of(const Config::Log& log) {
  if (log.group.empty()) return std::nullopt;
  auto group = find_group(log.group);
  if (group) return *group;
  spdlog::warn("log.group: {}", group.error().message);
  return std::nullopt;
}

LogDirectoryOptions directory_options(const Config::Log& log) {
  using Sync = LogDirectoryOptions::Sync;
  LogDirectoryOptions options{.quota = {.max_age_days = log.max_age_days,
                                        .max_size = Bytes{log.max_size},
                                        .min_free_percent = log.min_free_percent,
                                        .min_keep_days = log.min_keep_days},
                              .max_file_size = Bytes{log.max_file_size},
                              .file_mode = static_cast<mode_t>(log.mode),
                              .directory_mode = static_cast<mode_t>(log.directory_mode),
                              .group = group_of(log)};
  switch (log.sync) {
    case Config::Log::Sync::kRecord:
      options.sync = Sync::kRecord;
      break;
    case Config::Log::Sync::kMinute:
      options.sync = Sync::kMinute;
      break;
    case Config::Log::Sync::kNone:
      options.sync = Sync::kNone;
      break;
  }
  return options;
}

std::vector<Log> make_logs(const Config& config, const std::vector<Version>& versions,
                           const Host& host) {
  std::vector<Log> logs;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    Host of_log = host;
    // Such records always have a chain of cgroups (collector/cgroup/cgroup_source).
    of_log.cgroup_v2 = host.cgroup_v2 || feature::kCgroupBlocks.in(versions[i]);
    logs.push_back({Encoder(versions[i], of_log),
                    LogDirectory(config.logs[i].directory, directory_options(config.logs[i]))});
  }
  return logs;
}

// The directories of `logs` that are not among those of `old`: a slip in a path is to be told by
// the reload that brings it, and not by the end of the recording. For space it can be waited.
Result<> enter_new_directories(std::vector<Log>& logs, const std::vector<Log>& old) {
  for (Log& log : logs) {
    const auto same = [&](const Log& other) {
      return other.directory.path() == log.directory.path();
    };
    if (std::ranges::any_of(old, same)) continue;
    auto entered = log.directory.enter();
    if (!entered && entered.error().kind != Error::Kind::kNoSpace) return entered;
  }
  return {};
}

void tell_source(const Tasks& tasks, const Config& config) {
  if (tasks.refusal().empty()) {
    spdlog::info("tasks are read by {}", tasks.name());
  } else if (config.task_source == Config::TaskSource::kBpf) {
    spdlog::warn("tasks are read by {}; {}", tasks.name(), tasks.refusal());
  } else {
    spdlog::info("tasks are read by {}; {}", tasks.name(), tasks.refusal());
  }
}

void tell_exits(const Exits& exits) {
  const char* const behind = exits.refusals().empty() ? "" : "; ";
  if (exits.source()) {
    spdlog::info("processes that end are told by {}{}{}", exits.name(), behind, exits.refusals());
  } else if (exits.refusals().empty()) {
    spdlog::info("exits off: processes that end are not recorded, as configured");
  } else {
    spdlog::warn("exits {}: processes that end are not recorded: {}",
                 to_string(state_of(exits.refusal_kind())), exits.refusals());
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
  const auto versions = versions_of(config);
  auto options = task_options(config, versions);
  if (!options) return std::move(options.error());
  auto collector = Collector::open(config.root, *options, clock);
  if (!collector) return std::move(collector.error());
  collector->set_system_options(system_options(config));
  {
    const SpareFiles spare;
    collector->choose_tasks(task_choice(config.task_source));
    collector->watch_exits(exit_choice(config.exits));
  }
  tell_source(collector->tasks(), config);
  tell_exits(collector->exits());
  auto logs = make_logs(config, versions, collector->host());
  return Sampler(std::move(*collector), std::move(logs), sampler_options(config));
}

void keep_until_next_start(Config& config, const Config& old) {
  if (config.root != old.root) {
    spdlog::warn("root stays {} until the next start: the differences go on from it", old.root);
    config.root = old.root;
  }
  if (config.exits != old.exits) {
    spdlog::warn("tasks.exits stays as it is until the next start");
    config.exits = old.exits;
  }
}

std::string directories_of(const Config& config) {
  std::string list;
  for (const Config::Log& log : config.logs) list += (list.empty() ? "" : ", ") + log.directory;
  return list;
}

Result<> reconfigure(Sampler& sampler, const Config& config, const Config& old) {
  const auto versions = versions_of(config);
  auto options = task_options(config, versions);
  if (!options) return std::move(options.error());
  auto logs = make_logs(config, versions, sampler.host());
  if (auto entered = enter_new_directories(logs, sampler.logs()); !entered) return entered;
  // Also when it was wished for before: BPF may have failed since, and work again.
  const std::string before = sampler.tasks().name();
  sampler.choose_tasks(task_choice(config.task_source));
  if (config.task_source != old.task_source || sampler.tasks().name() != before) {
    tell_source(sampler.tasks(), config);
  }
  sampler.reconfigure(std::move(logs), *options, system_options(config), sampler_options(config));
  if (const auto now = directories_of(config), then = directories_of(old); now != then) {
    spdlog::warn("the recording goes on in {}, no longer in {}", now, then);
  }
  return {};
}

}  // namespace proctape
