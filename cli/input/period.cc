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

// The first moment at which clocks show `time`, from the day of `from` on, that `log` covers and
// that is not before `least`; otherwise that of the day of `from`.
FoundTime find_time(const TimeArgument& time, const Period& log, Seconds least, Seconds from) {
  if (!time.clock_only()) return {time.on({})};
  const auto covered = [&](const Moments& moments) {
    return moments.last >= least && moments.last >= log.begin && moments.first <= log.end;
  };
  // Two days later it is later than `least` whatever clocks do.
  for (int day = 0; day <= 2; ++day) {
    const Moments moments = time.on(from, day);
    if (covered(moments)) return {moments, covered(time.on(from, day + 1))};
  }
  return {time.on(from)};
}

}  // namespace

bool Period::touches(Seconds from, Seconds time) const {
  // Of the moment at which it begins the sample before it tells.
  const auto touch = [&](Seconds first, Seconds last) {
    return time >= first && (from < last || time == last);
  };
  return moments_only ? touch(begin, begin) || touch(end, end) : touch(begin, end);
}

bool Period::touches(const RecordHeader& record) const {
  return touches(covered_from(record), bounded(record.time));
}

bool Period::touches(const Sample& sample) const {
  const Seconds time = bounded(sample.time);
  return touches(sample.since_boot ? time : time - bounded(sample.interval), time);
}

void Period::include(const RecordHeader& record) {
  begin = std::min(begin, covered_from(record));
  end = std::max(end, bounded(record.time));
}

void Coverage::include(const RecordHeader& record) {
  period.include(record);
  first = std::min(first, bounded(record.time));
}

std::string to_string(const Period& period) {
  if (period.begin == period.end) return time_text(period.begin, kMoment);
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
  app.add_flag("--utc", utc_, "times are in UTC, those given and those shown");
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

std::optional<Period> PeriodOptions::known(Seconds now) const {
  if (need_log() || is_all()) return std::nullopt;
  if (at_) return Period{at_->on({}).first, at_->on({}).last};
  const Seconds end = end_ ? end_->on({}).last : now;
  return Period{begin_ ? begin_->on({}).first : end, end};
}

void PeriodOptions::use_zone() {
  if (!utc_) return;
  ::setenv("TZ", "UTC0", 1);
  ::tzset();
  const Seconds now{std::time(nullptr)};
  const auto again = [&](const std::string& text, std::optional<TimeArgument>& time) {
    if (time) time = *TimeArgument::parse(text, now);
  };
  again(begin_text_, begin_);
  again(end_text_, end_);
  again(at_text_, at_);
}

Result<Period> PeriodOptions::in(const Coverage& log, std::string& note) const {
  Period period;
  const auto remark = [&](const char* option, const std::string& text, const FoundTime& found,
                          Seconds taken) {
    if (!found.on_several_days) return;
    if (!note.empty()) note += "; ";
    note += std::string(option) + ' ' + text + " is on several days of the log, taken for " +
            time_text(taken, kMoment);
  };
  const Period& covered = log.period;
  if (at_) {
    const FoundTime found = find_time(*at_, covered, covered.begin, log.first);
    period = {found.moments.first, found.moments.last, true};
    remark("--at", at_text_, found, period.begin);
  }
  if (begin_) {
    const FoundTime found = find_time(*begin_, covered, covered.begin, log.first);
    period.begin = found.moments.first;
    remark("--begin", begin_text_, found, period.begin);
  }
  if (end_) {
    const FoundTime found = begin_ ? find_time(*end_, covered, period.begin, period.begin)
                                   : find_time(*end_, covered, covered.begin, log.first);
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
