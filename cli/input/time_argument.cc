// SPDX-License-Identifier: Apache-2.0
#include "cli/input/time_argument.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <iterator>
#include <string>
#include <utility>

#include "base/text/text.h"

namespace proctape {
namespace {

constexpr int kSecondsOfDay = 86400;

// Cuts a number of `least` to `most` digits off `text`.
std::optional<int> digits(std::string_view& text, std::size_t least, std::size_t most) {
  if (text.empty() || !is_digit(text[0])) return std::nullopt;
  int value = 0;
  const char* const end = text.data() + std::min(text.size(), most);
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const auto count = static_cast<std::size_t>(rest - text.data());
  if (error != std::errc{} || count < least) return std::nullopt;
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

// What clocks show, as seconds since 1970 of clocks that never change.
Count shown(Seconds time) { return time.value + local(time).tm_gmtoff; }

// When clocks show `clock`. Whatever they do on that day, a day before they are on the time that
// is valid until then, a day later on the one that is valid from then on.
Moments when_shown(Count clock) {
  const Seconds before{clock - local({clock - kSecondsOfDay}).tm_gmtoff};
  const Seconds after{clock - local({clock + kSecondsOfDay}).tm_gmtoff};
  const bool by_old = shown(before) == clock;
  const bool by_new = shown(after) == clock;
  if (by_old && by_new) return {std::min(before, after), std::max(before, after)};
  if (by_old) return {before, before};
  if (by_new) return {after, after};
  // Clocks jump over it, between the two.
  Count low = std::min(before.value, after.value);
  Count high = std::max(before.value, after.value);
  while (low + 1 < high) {
    const Count middle = low + (high - low) / 2;
    (shown({middle}) < clock ? low : high) = middle;
  }
  return {{high}, {high}};
}

Count midnight(int year, int month, int day) {
  std::tm parts{};
  parts.tm_year = year - 1900;
  parts.tm_mon = month - 1;
  parts.tm_mday = day;
  return timegm(&parts);
}

bool is_date(int year, int month, int day) {
  const std::time_t time = midnight(year, month, day);
  std::tm parts{};
  gmtime_r(&time, &parts);
  return parts.tm_mon == month - 1 && parts.tm_mday == day;
}

// None if there is no such time of day.
std::optional<int> second_of_day(int hour, int minute, int second) {
  if (minute > 59 || second > 59) return std::nullopt;
  if (hour > 23 && (hour > 24 || minute > 0 || second > 0)) return std::nullopt;
  return (hour * 60 + minute) * 60 + second;
}

}  // namespace

Seconds noon(Seconds time, int days) {
  std::tm parts = local(time);
  parts.tm_mday += days;
  parts.tm_hour = 12;
  parts.tm_min = parts.tm_sec = 0;
  parts.tm_isdst = -1;
  return Seconds{std::mktime(&parts)};
}

Moments TimeArgument::on(Seconds day, int days) const {
  if (seconds_) return {*seconds_, *seconds_};
  if (date_) return when_shown(midnight(date_->year, date_->month, date_->day) + second_of_day_);
  const std::tm parts = local(day);
  return when_shown(midnight(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday + days) +
                    second_of_day_);
}

// Cuts "2026-11-21" off `text`. None if there is no such day.
std::optional<TimeArgument::Date> TimeArgument::take_date(std::string_view& text) {
  const auto year = digits(text, 4, 4);
  if (!year || !skip(text, "-")) return std::nullopt;
  const auto month = digits(text, 1, 2);
  if (!month || !skip(text, "-")) return std::nullopt;
  const auto day = digits(text, 1, 2);
  if (!day || !is_date(*year, *month, *day)) return std::nullopt;
  return Date{*year, *month, *day};
}

// Cuts "10:00" or "10:00:30" off `text`.
bool TimeArgument::take_clock(std::string_view& text) {
  const auto hour = digits(text, 1, 2);
  if (!hour || !skip(text, ":")) return false;
  const auto minute = digits(text, 2, 2);
  if (!minute) return false;
  std::optional<int> second = 0;
  if (skip(text, ":")) second = digits(text, 2, 2);
  if (!second) return false;
  const auto time = second_of_day(*hour, *minute, *second);
  if (time) second_of_day_ = *time;
  has_clock_ = true;
  return time.has_value();
}

// "Z", "+01:00", "+0100" or "+01" behind date and time.
bool TimeArgument::take_zone(std::string_view text) {
  int offset = 0;
  if (!skip(text, "Z")) {
    const bool east = skip(text, "+");
    if (!east && !skip(text, "-")) return false;
    const auto hours = digits(text, 2, 2);
    if (!hours) return false;
    std::optional<int> minutes = 0;
    if (!text.empty()) {
      skip(text, ":");
      minutes = digits(text, 2, 2);
    }
    if (!minutes || *hours > 14 || *minutes > 59) return false;
    offset = (east ? 1 : -1) * (*hours * 60 + *minutes) * 60;
  }
  seconds_ = Seconds{midnight(date_->year, date_->month, date_->day) + second_of_day_ - offset};
  return text.empty();
}

std::optional<Count> parse_span(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Count span = 0;
  while (!text.empty()) {
    constexpr std::size_t kMostDigits = 8;
    const auto amount = digits(text, 1, kMostDigits);
    if (!amount || text.empty()) return std::nullopt;
    constexpr std::pair<char, int> kUnits[] = {
        {'s', 1}, {'m', 60}, {'h', 3600}, {'d', kSecondsOfDay}, {'w', 7 * kSecondsOfDay}};
    const auto unit = std::ranges::find(kUnits, text[0], &std::pair<char, int>::first);
    if (unit == std::end(kUnits)) return std::nullopt;
    span += Count{*amount} * unit->second;
    text.remove_prefix(1);
  }
  return span;
}

// "-1h30m" or "10m ago", without minus and ago: so long before `now`.
bool TimeArgument::take_span(std::string_view text, Seconds now) {
  const auto span = parse_span(text);
  if (span) seconds_ = Seconds{now.value - *span};
  return span.has_value();
}

// Only digits: [YYYYMMDD]hhmm[ss], YYYYMMDD, or seconds since 1970, which have other lengths.
bool TimeArgument::take_digits(std::string_view text) {
  const std::size_t length = text.size();
  if (length >= 9 && length <= 11) {
    seconds_ = Seconds{*to_number(text)};
    return true;
  }
  if (length >= 8) {
    const int year = *digits(text, 4, 4);
    const int month = *digits(text, 2, 2);
    const int day = *digits(text, 2, 2);
    if (!is_date(year, month, day)) return false;
    date_ = Date{year, month, day};
    if (text.empty()) return true;
  }
  if (text.size() != 4 && text.size() != 6) return false;
  const int hour = *digits(text, 2, 2);
  const int minute = *digits(text, 2, 2);
  const auto time = second_of_day(hour, minute, text.empty() ? 0 : *digits(text, 2, 2));
  if (time) second_of_day_ = *time;
  has_clock_ = true;
  return time.has_value();
}

bool TimeArgument::take_words(std::string_view text, Seconds now) {
  if (skip(text, "@")) {
    const auto seconds = to_number(text);
    if (seconds && *seconds >= 0 && text[0] != '-') seconds_ = Seconds{*seconds};
    return seconds_.has_value();
  }
  if (text == "now") {
    seconds_ = now;
    return true;
  }
  constexpr std::string_view kAgo = " ago";
  if (text.ends_with(kAgo)) return take_span(text.substr(0, text.size() - kAgo.size()), now);
  if (skip(text, "-")) return take_span(text, now);
  if (text.find(':') <= 2) return take_clock(text) && text.empty();
  const bool today = skip(text, "today");
  if (today || skip(text, "yesterday")) {
    const std::tm parts = local(noon(now, today ? 0 : -1));
    date_ = Date{parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday};
  } else {
    date_ = take_date(text);
  }
  if (!date_) return false;
  if (text.empty()) return true;
  if (!(skip(text, " ") || skip(text, "T")) || !take_clock(text)) return false;
  return text.empty() || take_zone(text);
}

Result<TimeArgument> TimeArgument::parse(std::string_view text, Seconds now) {
  TimeArgument time;
  const bool only_digits = !text.empty() && std::ranges::all_of(text, is_digit);
  if (only_digits ? time.take_digits(text) : time.take_words(text, now)) return time;
  return Error{
      Error::Kind::kInvalid,
      "'" + std::string(text) +
          "' is not a time; expected for example 10:00, "
          "2026-11-21 10:00, 202611211000, yesterday 10:00, 10m ago, 2026-11-21T10:00:00Z or "
          "@1795235953"};
}

}  // namespace proctape
