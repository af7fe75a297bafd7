// SPDX-License-Identifier: Apache-2.0
#include "daemon/set_up.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "daemon/installed_atop.h"

namespace proctape {
namespace {

constexpr Version kVersionOfMostReaders = v2_12;

std::vector<Version> versions_of(const Config& config) {
  std::vector<Version> versions;
  for (const Config::Log& log : config.logs) versions.push_back(choose_version(log.format));
  return versions;
}

bool any_of(const std::vector<Version>& versions, Version first, Version last) {
  return std::ranges::any_of(versions, [&](Version v) { return v >= first && v <= last; });
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

TaskOptions task_options(const Config& config, const std::vector<Version>& versions) {
  return {
      .pss = config.pss == Config::Pss::kAlways,
      .wait_channel = config.wait_channel,
      .oom_score = std::ranges::max(versions) >= v2_13,
      .places = {.names = names_of(config.containers), .cgroups = any_of(versions, v2_8, v2_10)},
      .cgroups = any_of(versions, v2_11, kNewestVersion)};
}

SamplerOptions sampler_options(const Config& config) {
  return {.deviation = {.threads = config.threads == Config::Threads::kAll},
          .skip_first = config.first_record == Config::FirstRecord::kSkip,
          .least_step = config.interval < std::chrono::seconds(1) ? 0 : 1};
}

std::vector<Log> make_logs(const Config& config, const std::vector<Version>& versions,
                           const Host& host) {
  std::vector<Log> logs;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    Host of_log = host;
    // From 2.11 on records always have a chain of cgroups (collector/cgroup/cgroup_source).
    of_log.cgroup_v2 = host.cgroup_v2 || versions[i] >= v2_11;
    logs.push_back({Encoder(versions[i], of_log), LogDirectory(config.logs[i].directory)});
  }
  return logs;
}

}  // namespace

Version choose_version(const std::string& format) {
  if (const auto version = parse_version(format)) return *version;
  const auto installed = installed_atop_version();
  if (installed) {
    spdlog::info("writing log version {}, that of the atop on this host", to_string(*installed));
    return *installed;
  }
  spdlog::info("writing log version {}: {}", to_string(kVersionOfMostReaders),
               installed.error().message);
  return kVersionOfMostReaders;
}

Result<Sampler> make_sampler(const Config& config, const Clock& clock) {
  const auto versions = versions_of(config);
  auto collector = Collector::open(config.root, task_options(config, versions), clock);
  if (!collector) return std::move(collector.error());
  auto logs = make_logs(config, versions, collector->host());
  return Sampler(std::move(*collector), std::move(logs), sampler_options(config));
}

void reconfigure(Sampler& sampler, const Config& config, const Config& old) {
  if (config.root != old.root) {
    spdlog::warn("root stays {} until the next start: the differences go on from it", old.root);
  }
  const auto versions = versions_of(config);
  sampler.reconfigure(make_logs(config, versions, sampler.host()), task_options(config, versions),
                      sampler_options(config));
}

}  // namespace proctape
