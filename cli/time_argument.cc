// SPDX-License-Identifier: Apache-2.0
#include "cli/time_argument.h"

#include <charconv>
#include <ctime>
#include <optional>
#include <string>

#include "base/text.h"

namespace proctape {
namespace {

// Fewer are no seconds since 1970 of any log, but a date or time that was typed wrong.
constexpr std::size_t kFewestEpochDigits = 9;

// Cuts a number of `least` to `most` digits off `text`.
std::optional<int> digits(std::string_view& text, std::size_t least, std::size_t most) {
  int value = 0;
  const char* const end = text.data() + std::min(text.size(), most);
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const auto count = static_cast<std::size_t>(rest - text.data());
  if (error != std::errc{} || value < 0 || count < least) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

bool skip(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

std::tm local(Seconds time) {
  const std::time_t seconds = time.value;
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

// The beginning of the day of `time`, `days` later.
std::tm day_of(Seconds time, int days) {
  std::tm parts = local(time);
  parts.tm_mday += days;
  parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
  return parts;
}

// Cuts "2026-11-21" off `text`. None if there is no such day.
std::optional<std::tm> take_date(std::string_view& text) {
  const auto year = digits(text, 4, 4);
  if (!year || !skip(text, "-")) return std::nullopt;
  const auto month = digits(text, 1, 2);
  if (!month || !skip(text, "-")) return std::nullopt;
  const auto day = digits(text, 1, 2);
  if (!day) return std::nullopt;
  std::tm parts{};
  parts.tm_year = *year - 1900;
  parts.tm_mon = *month - 1;
  parts.tm_mday = *day;
  // mktime takes the 30th of February for a day of March.
  std::tm real = parts;
  real.tm_hour = 12;
  real.tm_isdst = -1;
  std::mktime(&real);
  if (real.tm_mon != parts.tm_mon || real.tm_mday != parts.tm_mday) return std::nullopt;
  return parts;
}

// Cuts "10:00" or "10:00:30" off `text`, into `parts`.
bool take_clock(std::string_view& text, std::tm& parts) {
  const auto hour = digits(text, 1, 2);
  if (!hour || !skip(text, ":")) return false;
  const auto minute = digits(text, 2, 2);
  if (!minute) return false;
  std::optional<int> second = 0;
  if (skip(text, ":")) second = digits(text, 2, 2);
  if (!second || *minute > 59 || *second > 59) return false;
  if (*hour > 23 && (*hour > 24 || *minute > 0 || *second > 0)) return false;
  parts.tm_hour = *hour;
  parts.tm_min = *minute;
  parts.tm_sec = *second;
  return true;
}

// What was typed, taken apart; none if it is none of what parse_time takes.
std::optional<std::tm> take_apart(std::string_view text, Seconds usual_day, Seconds now) {
  std::tm parts = day_of(usual_day, 0);
  const bool clock_only = text.find(':') <= 2;
  if (!clock_only) {
    if (skip(text, "today")) {
      parts = day_of(now, 0);
    } else if (skip(text, "yesterday")) {
      parts = day_of(now, -1);
    } else if (const auto date = take_date(text)) {
      parts = *date;
    } else {
      return std::nullopt;
    }
    if (text.empty()) return parts;
    if (!skip(text, " ") && !skip(text, "T")) return std::nullopt;
  }
  if (!take_clock(text, parts) || !text.empty()) return std::nullopt;
  return parts;
}

}  // namespace

Result<Seconds> parse_time(std::string_view text, Seconds usual_day, Seconds now) {
  const bool epoch = text.find_first_not_of("0123456789") == text.npos;
  if (const auto seconds = to_number(text);
      epoch && text.size() >= kFewestEpochDigits && seconds && *seconds >= 0) {
    return Seconds{*seconds};
  }
  if (auto parts = take_apart(text, usual_day, now)) {
    parts->tm_isdst = -1;  // as on that day
    return Seconds{std::mktime(&*parts)};
  }
  return Error{Error::Kind::kInvalid,
               "'" + std::string(text) +
                   "' is no time, as 10:00, 2026-11-21 10:00, yesterday 10:00 or today"};
}

}  // namespace proctape
