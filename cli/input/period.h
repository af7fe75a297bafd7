// SPDX-License-Identifier: Apache-2.0
//
// The part of a log that is wanted, with the options -b, -e and --at that name it: which moments
// they mean in a log, and which samples tell of them.
#pragma once

#include <CLI/CLI.hpp>
#include <limits>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/units.h"
#include "cli/input/time_argument.h"
#include "rawlog/layout/header_record.h"

namespace proctape {

// From the first moment to the last one, both included.
struct Period {
  Seconds begin{std::numeric_limits<Count>::min()};
  Seconds end{std::numeric_limits<Count>::max()};

  // The sample of `record` covers a moment of it: a sample covers its interval, one since boot
  // only its own moment, as nothing was recorded before.
  bool touches(const RecordHeader& record) const;

  // Grows to what `record` covers.
  void include(const RecordHeader& record);
  // Nothing was included in one made by nothing().
  static Period nothing() { return {Period{}.end, Period{}.begin}; }
  bool empty() const { return end < begin; }
};

// "2026-11-21 10:00:00 CET to 2026-11-21 11:00:00 CET", "... and later", "all until ...".
std::string to_string(const Period& period);

class PeriodOptions {
 public:
  void add_to(CLI::App& app);

  // A clock time was given: which day it is on depends on the log.
  bool need_log() const;
  // None was given: all is meant.
  bool is_all() const { return !begin_ && !end_ && !at_; }

  // What they mean in a log that covers `log`. A clock time is the first such moment that the log
  // covers, for --end not before --begin; if it covers none, that of its first day. Of an hour
  // that comes twice, --begin means the first, --end the last. Notes what has to be said about
  // it.
  Result<Period> in(const Period& log, std::string& note) const;

 private:
  std::string begin_text_;
  std::string end_text_;
  std::string at_text_;
  std::optional<TimeArgument> begin_;
  std::optional<TimeArgument> end_;
  std::optional<TimeArgument> at_;
};

// Of a subcommand's help.
inline constexpr char kTimeHelp[] =
    "TIME is in the local time zone: 10:00, 10:00:30 (when the log has it first), 2026-11-21,\n"
    "2026-11-21 10:00, 2026-11-21T10:00:30Z, today, yesterday 10:00, 10m ago, -1h30m, 1000 or\n"
    "202611211000 as atop takes them, or seconds since 1970 (@1795235953).\n";

}  // namespace proctape
