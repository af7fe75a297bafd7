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
  auto redaction = Redaction::compile(config.redact);
  if (!redaction) return std::move(redaction.error());
  const Version newest = std::ranges::max(versions);
  return TaskOptions{.pss = pss_mode(config),
                     .wait_channel = config.wait_channel,
                     .oom_score = newest >= v2_13,
                     .thread_switches = newest >= v2_9,
                     .threads = thread_selection(config),
                     .redaction = std::make_shared<const Redaction>(std::move(*redaction))};
}

SamplerOptions sampler_options(const Config& config) {
  return {.deviation = {.threads = thread_selection(config)},
          .skip_first = config.first_record == Config::FirstRecord::kSkip,
          .least_step = config.interval < std::chrono::seconds(1) ? 0 : 1};
}

std::vector<Log> make_logs(const Config& config, const std::vector<Version>& versions,
                           const Host& host) {
  std::vector<Log> logs;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    logs.push_back({Encoder(versions[i], host), LogDirectory(config.logs[i].directory)});
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
  auto options = task_options(config, versions);
  if (!options) return std::move(options.error());
  auto collector = Collector::open(config.root, *options, clock);
  if (!collector) return std::move(collector.error());
  auto logs = make_logs(config, versions, collector->host());
  return Sampler(std::move(*collector), std::move(logs), sampler_options(config));
}

Result<> reconfigure(Sampler& sampler, const Config& config, const Config& old) {
  if (config.root != old.root) {
    spdlog::warn("root stays {} until the next start: the differences go on from it", old.root);
  }
  const auto versions = versions_of(config);
  auto options = task_options(config, versions);
  if (!options) return std::move(options.error());
  sampler.reconfigure(make_logs(config, versions, sampler.host()), *options,
                      sampler_options(config));
  return {};
}

}  // namespace proctape
