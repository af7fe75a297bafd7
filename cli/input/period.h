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
#include "sample/sample.h"

namespace proctape {

// From the first moment to the last one, both included.
struct Period {
  Seconds begin{std::numeric_limits<Count>::min()};
  Seconds end{std::numeric_limits<Count>::max()};
  bool moments_only = false;  // nothing between the two is meant

  // The sample of `record` covers a moment of it: a sample covers its interval, one since boot
  // only its own moment, as nothing was recorded before.
  bool touches(const RecordHeader& record) const;
  bool touches(const Sample& sample) const;

  // Grows to what `record` covers.
  void include(const RecordHeader& record);
  // Nothing was included in one made by nothing().
  static Period nothing() { return {Period{}.end, Period{}.begin}; }
  bool empty() const { return end < begin; }

 private:
  bool touches(Seconds from, Seconds time) const;
};

// What logs cover.
struct Coverage {
  Period period = Period::nothing();
  Seconds first = Period{}.end;  // time of the earliest sample, which tells of a time before it

  void include(const RecordHeader& record);
  // Where there are no samples at all, times are those of 1970.
  Coverage or_none() const { return period.empty() ? Coverage{{{0}, {0}}, {0}} : *this; }
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

  // From where to where it leads, if that does not depend on logs, and not all is meant.
  std::optional<Period> known(Seconds now) const;

  // Times are from now on in UTC, if that was asked for, those that were given too.
  void use_zone();

  // What they mean in logs that cover `log`. A clock time is the first such moment that they cover,
  // from the day of their first sample on, for --end not before --begin; if they cover none, that
  // of the first day. Of an hour that comes twice, --begin means the first, --end the last, --at
  // both. Notes what has to be said about it.
  Result<Period> in(const Coverage& log, std::string& note) const;

 private:
  std::string begin_text_;
  std::string end_text_;
  std::string at_text_;
  std::optional<TimeArgument> begin_;
  std::optional<TimeArgument> end_;
  std::optional<TimeArgument> at_;
  bool utc_ = false;
};

// Of a subcommand's help.
inline constexpr char kTimeHelp[] =
    "TIME is in the local time zone: 10:00, 10:00:30 (when the log has it first), 2026-11-21,\n"
    "2026-11-21 10:00, 2026-11-21T10:00:30Z, today, yesterday 10:00, 10m ago, -1h30m, 1000 or\n"
    "202611211000 as atop takes them, or seconds since 1970 (@1795235953).\n";

}  // namespace proctape
