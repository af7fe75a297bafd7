// SPDX-License-Identifier: Apache-2.0
//
// What names logs on a command line, in every subcommand that reads them:
//
//   FILE  -                      that file; standard input
//   DIRECTORY                    all logs in it, in the order of time
//   2026-11-21  20261121         those of that day, in the directory of the logs
//   today  yesterday  y  yy      by the day on which it is said; y's count the days back
//   nothing at all               those of the days that are asked for, else today's
//
// Days are those of the local time zone, by which files are named.
//
// What exists as a file or a directory is taken for that.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "rawlog/directory/filename.h"

namespace proctape {

// Of the help of a subcommand.
inline constexpr char kLogNamesHelp[] =
    "logs, also packed by gzip, xz, zstd or bzip2; directories of them; days: 2026-11-21, today,\n"
    "yesterday, y, yy; - is standard input";

struct NamedLogs {
  std::vector<std::string> paths;  // to be read in that order
  // Of names that mean no log: what was understood, and what is there instead.
  std::vector<std::string> problems;
};

// Days of which logs are wanted.
struct Days {
  LocalDate first;
  LocalDate last;
};

// `directory` is where logs are recorded, `now` when it is said.
NamedLogs find_logs(std::span<const std::string> names, const Days& days,
                    const std::string& directory, Seconds now);

// Where logs are recorded here, by the configuration; `problem` is what is wrong with that.
std::string recorded_directory(std::optional<Error>& problem);

// Of a subcommand that takes one.
inline constexpr char kOneLogHelp[] =
    "the log, also packed by gzip, xz, zstd or bzip2; a day of which there is one log; - is "
    "standard\n"
    "input";

// The path of the one log that `name` means. Without one: it is told, and raises `exit_code`.
std::optional<std::string> named_log(const std::string& name, int& exit_code);

// A file, a directory or a day is called so.
bool names_log(const std::string& name);

// The paths for what is said now, by the configuration: of the first log in it. Problems are told,
// and raise `exit_code`.
std::vector<std::string> named_logs(std::span<const std::string> names, int& exit_code,
                                    std::optional<Days> days = std::nullopt);

}  // namespace proctape
