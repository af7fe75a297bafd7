// SPDX-License-Identifier: Apache-2.0
#include "cli/input/log_names.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <optional>
#include <tuple>
#include <utility>

#include "cli/input/time_argument.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"
#include "config/load.h"
#include "rawlog/directory/log_list.h"
#include "rawlog/layout/version.h"

namespace proctape {
namespace {

std::string path_in(const std::string& directory, const LogName& name) {
  return directory + (directory.ends_with('/') ? "" : "/") + to_string(name);
}

// In the order in which they were recorded: files that were set aside came before the one that is
// written to. Torn tails are no logs; of one that is being packed there are two.
Result<std::vector<LogName>> logs_in(const std::string& directory) {
  auto names = log_names_in(directory);
  if (!names) return std::move(names.error());
  std::vector<LogName> logs = std::move(*names);
  std::erase_if(logs, [](const LogName& log) { return log.kind == LogName::Kind::kTornTail; });
  const auto order = [](const LogName& log) {
    return std::tuple(log.date, log.kind == LogName::Kind::kDaily, log.number, log.packing);
  };
  std::ranges::sort(logs, {}, order);
  const auto same = [](const LogName& a, const LogName& b) {
    return a.date == b.date && a.kind == b.kind && a.number == b.number;
  };
  logs.erase(std::unique(logs.begin(), logs.end(), same), logs.end());
  return logs;
}

std::string day_text(const LocalDate& date) {
  std::string text = to_string(LogName{.date = date});
  text.erase(0, text.size() - 8);
  return text.insert(6, "-").insert(4, "-");
}

// "y": yesterday.
std::optional<int> days_back(const std::string& name) {
  constexpr std::size_t kMost = 28;
  if (name.empty() || name.size() > kMost || name.find_first_not_of('y') != name.npos) {
    return std::nullopt;
  }
  return static_cast<int>(name.size());
}

std::optional<LocalDate> day_of(const std::string& name, Seconds now) {
  if (const auto days = days_back(name)) return local_date(noon(now, -*days));
  const auto time = TimeArgument::parse(name, now);
  if (!time || !time->is_day()) return std::nullopt;
  return local_date(time->on(now).first);
}

Result<> add_directory(const std::string& directory, std::vector<std::string>& paths) {
  const auto logs = logs_in(directory);
  if (!logs) return logs.error();
  if (logs->empty()) {
    return Error{Error::Kind::kMissing, directory + ": expected logs (atop_YYYYMMDD), found none"};
  }
  for (const LogName& log : *logs) paths.push_back(path_in(directory, log));
  return {};
}

Result<> add_days(const Days& days, const std::string& directory, std::vector<std::string>& paths) {
  const auto logs = logs_in(directory);
  if (!logs) return logs.error();
  bool found = false;
  for (const LogName& log : *logs) {
    if (log.date < days.first || days.last < log.date) continue;
    paths.push_back(path_in(directory, log));
    found = true;
  }
  if (found) return {};
  const auto span = [](const LocalDate& first, const LocalDate& last) {
    return day_text(first) + (first == last ? "" : " to " + day_text(last));
  };
  return Error{
      Error::Kind::kMissing,
      directory + ": expected a log of " + span(days.first, days.last) + ", found " +
          (logs->empty() ? "no logs" : "logs of " + span(logs->front().date, logs->back().date))};
}

Result<> add_name(const std::string& name, const std::string& directory, Seconds now,
                  std::vector<std::string>& paths) {
  struct stat status {};
  const bool is_there = name == "-" || ::stat(name.c_str(), &status) == 0;
  const int why = errno;
  if (is_there && S_ISDIR(status.st_mode)) return add_directory(name, paths);
  // What can mean nothing else is a file, also where there is none: who opens it tells.
  if (is_there || name.find('/') != name.npos) {
    paths.push_back(name);
    return {};
  }
  if (const auto day = day_of(name, now)) return add_days({*day, *day}, directory, paths);
  if (why != ENOENT) return error_from_errno(why, name);
  return Error{Error::Kind::kMissing,
               name +
                   ": no such file; expected a log, a directory of logs, a day (2026-11-21, "
                   "today, yesterday, y, yy), or -"};
}

}  // namespace

NamedLogs find_logs(std::span<const std::string> names, const Days& days,
                    const std::string& directory, Seconds now) {
  NamedLogs logs;
  const auto note = [&](const Result<>& added) {
    if (!added) logs.problems.push_back(added.error().message);
  };
  if (names.empty()) note(add_days(days, directory, logs.paths));
  for (const std::string& name : names) note(add_name(name, directory, now, logs.paths));
  return logs;
}

bool names_log(const std::string& name) {
  struct stat status {};
  return name == "-" || name.find('/') != name.npos || ::stat(name.c_str(), &status) == 0 ||
         day_of(name, Seconds{std::time(nullptr)}).has_value();
}

std::string recorded_directory(std::optional<Error>& problem) {
  const auto config = load_config_if_present(kConfigFile, version_names());
  if (!config) problem = config.error();
  const Config defaults;
  return (config ? *config : defaults).logs.front().directory;
}

std::optional<std::string> named_log(const std::string& name, int& exit_code) {
  auto paths = named_logs(std::span(&name, 1), exit_code);
  if (paths.size() == 1) return std::move(paths.front());
  if (exit_code == kExitFine) {
    complain(name + ": expected one log, found " + std::to_string(paths.size()) +
             "; `proctape cat` makes one of them");
    exit_code = kExitUsage;
  }
  return std::nullopt;
}

std::vector<std::string> named_logs(std::span<const std::string> names, int& exit_code,
                                    std::optional<Days> days) {
  const Seconds now{std::time(nullptr)};
  std::optional<Error> problem;
  const std::string directory = recorded_directory(problem);
  if (!days) days = Days{local_date(now), local_date(now)};
  NamedLogs logs = find_logs(names, *days, directory, now);
  for (const std::string& each : logs.problems) {
    complain(each);
    exit_code = kExitUnreadable;
  }
  // It may be why nothing was found.
  if (problem && exit_code != kExitFine) complain(problem->message);
  return std::move(logs.paths);
}

}  // namespace proctape
