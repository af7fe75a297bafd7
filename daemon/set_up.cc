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

TaskOptions task_options(const Config& config, const std::vector<Version>& versions) {
  return {.pss = config.pss == Config::Pss::kAlways,
          .wait_channel = config.wait_channel,
          .oom_score = std::ranges::max(versions) >= v2_13};
}

SamplerOptions sampler_options(const Config& config) {
  return {.deviation = {.threads = config.threads == Config::Threads::kAll},
          .skip_first = config.first_record == Config::FirstRecord::kSkip,
          .least_step = config.interval < std::chrono::seconds(1) ? 0 : 1};
}

LogDirectoryOptions directory_options(const Config::Log& log) {
  using Sync = LogDirectoryOptions::Sync;
  LogDirectoryOptions options{.quota = {.max_age_days = log.max_age_days,
                                        .max_size = Bytes{log.max_size},
                                        .min_free_percent = log.min_free_percent},
                              .max_file_size = Bytes{log.max_file_size}};
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
    logs.push_back({Encoder(versions[i], host),
                    LogDirectory(config.logs[i].directory, directory_options(config.logs[i]))});
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
