// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/atop_log.h"

#include "daemon/messages/log.h"
#include "daemon/start/group.h"
#include "daemon/start/installed_atop.h"
#include "rawlog/recorder/atop_log.h"

namespace proctape {
namespace {

constexpr Version kVersionOfMostReaders = v2_12;

// The version to write for a format of "auto", or a version's name: that of the atop on this
// host if there is one we know, else 2.12, whose layout most of today's readers take.
Version choose_version(const Config::Log& log) {
  if (const auto version = parse_version(log.format)) return *version;
  const auto installed = installed_atop_version();
  if (installed) {
    log_info("writing log version {}, that of the atop on this host", to_string(*installed));
    return *installed;
  }
  const Error& problem = installed.error();
  // An atop that gives no answer, as from a disk that hangs, is still the one that it was.
  if (problem.kind != Error::Kind::kMissing) {
    if (const auto last = version_of_last_log(log.directory)) {
      log_warning("writing log version {}, that of the last log: {}", to_string(*last),
                  problem.message);
      return *last;
    }
  }
  log_info("writing log version {}: {}", to_string(kVersionOfMostReaders), problem.message);
  return kVersionOfMostReaders;
}

// Told, and none, if there is no such group.
std::optional<gid_t> group_of(const Config::Log& log) {
  if (log.group.empty()) return std::nullopt;
  auto group = find_group(log.group);
  if (group) return *group;
  log_warning("log.group: {}", group.error().message);
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

}  // namespace

std::unique_ptr<Log> make_atop_log(const Config::Log& log, bool below_a_second, const Host& host) {
  const AtopLogOptions options{.version = choose_version(log),
                               .directory = directory_options(log),
                               .below_a_second = below_a_second};
  return std::make_unique<AtopLog>(log.directory, options, host);
}

}  // namespace proctape
