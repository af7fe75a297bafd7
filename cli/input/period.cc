// SPDX-License-Identifier: Apache-2.0
#include "cli/input/period.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "cli/output/human.h"
#include "rawlog/file/record_check.h"

namespace proctape {
namespace {

constexpr char kMoment[] = "%Y-%m-%d %H:%M:%S %Z";

// Before since-boot samples nothing was recorded.
Seconds covered_from(const RecordHeader& record) {
  const bool since_boot = (record.flags & flag::kSinceBoot) != 0;
  return bounded(record.time) - Seconds{since_boot ? 0 : Count{record.interval}};
}

struct FoundTime {
  Moments moments;
  bool on_several_days = false;
};

// The first moment at which clocks show `time` that `log` covers and that is not before `least`;
// otherwise that of the day of `least`.
FoundTime find_time(const TimeArgument& time, const Period& log, Seconds least) {
  if (!time.clock_only()) return {time.on({})};
  const auto covered = [&](const Moments& moments) {
    return moments.last >= least && moments.last >= log.begin && moments.first <= log.end;
  };
  // Two days later it is later than `least` whatever clocks do.
  for (int day = 0; day <= 2; ++day) {
    const Moments moments = time.on(least, day);
    if (covered(moments)) return {moments, covered(time.on(least, day + 1))};
  }
  return {time.on(least)};
}

}  // namespace

bool Period::touches(const RecordHeader& record) const {
  const Seconds time = bounded(record.time);
  const Seconds from = covered_from(record);
  // Of the moment at which it begins the sample before it tells.
  return time >= begin && (from < end || time == end);
}

void Period::include(const RecordHeader& record) {
  begin = std::min(begin, covered_from(record));
  end = std::max(end, bounded(record.time));
}

std::string to_string(const Period& period) {
  if (period.begin == Period{}.begin && period.end == Period{}.end) return "all times";
  if (period.begin == Period{}.begin) return "all until " + time_text(period.end, kMoment);
  if (period.end == Period{}.end) return time_text(period.begin, kMoment) + " and later";
  return time_text(period.begin, kMoment) + " to " + time_text(period.end, kMoment);
}

void PeriodOptions::add_to(CLI::App& app) {
  const auto option = [&](const char* names, const char* help, std::string& into,
                          std::optional<TimeArgument>& parsed) {
    const CLI::Validator time(
        [&parsed](std::string& text) {
          auto argument = TimeArgument::parse(text, Seconds{std::time(nullptr)});
          if (!argument) return argument.error().message;
          parsed = *argument;
          return std::string();
        },
        "");
    return app.add_option(names, into, help)->type_name("TIME")->check(time);
  };
  // Before the times, which are understood in the zone that it sets.
  app.add_flag_callback(
      "--utc",
      [] {
        ::setenv("TZ", "UTC0", 1);
        ::tzset();
      },
      "times are in UTC, those given and those shown");
  CLI::Option* const begin = option(
      "-b,--begin,--from", "the first moment; default: that of the log", begin_text_, begin_);
  CLI::Option* const end =
      option("-e,--end,--to", "the last moment; default: that of the log", end_text_, end_);
  option("--at", "only the sample that covers this moment", at_text_, at_)
      ->excludes(begin)
      ->excludes(end);
}

bool PeriodOptions::need_log() const {
  const auto clock_only = [](const auto& time) { return time && time->clock_only(); };
  return clock_only(begin_) || clock_only(end_) || clock_only(at_);
}

Result<Period> PeriodOptions::in(const Period& log, std::string& note) const {
  Period period;
  const auto remark = [&](const char* option, const std::string& text, const FoundTime& found,
                          Seconds taken) {
    if (!found.on_several_days) return;
    if (!note.empty()) note += "; ";
    note += std::string(option) + ' ' + text + " is on several days of the log, taken for " +
            time_text(taken, kMoment);
  };
  if (at_) {
    const FoundTime found = find_time(*at_, log, log.begin);
    period = {found.moments.first, found.moments.last};
    remark("--at", at_text_, found, period.begin);
  }
  if (begin_) {
    const FoundTime found = find_time(*begin_, log, log.begin);
    period.begin = found.moments.first;
    remark("--begin", begin_text_, found, period.begin);
  }
  if (end_) {
    const FoundTime found = find_time(*end_, log, begin_ ? period.begin : log.begin);
    period.end = found.moments.last;
    remark("--end", end_text_, found, period.end);
  }
  if (period.end < period.begin) {
    return Error{Error::Kind::kInvalid, "--end " + end_text_ + " (" +
                                            time_text(period.end, kMoment) +
                                            ") lies before --begin " + begin_text_ + " (" +
                                            time_text(period.begin, kMoment) + "); give the dates"};
  }
  return period;
}

}  // namespace proctape
