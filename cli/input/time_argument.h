// SPDX-License-Identifier: Apache-2.0
//
// Times as they are typed on the command line, in the local time zone:
//
//   10:00  10:00:30  1000  100030                   on a day that has to be found out
//   2026-11-21  20261121                            its beginning
//   2026-11-21 10:00  2026-11-21T10:00:30  202611211000  20261121100030
//   2026-11-21T10:00:30Z  2026-11-21 10:00+01:00    in another time zone
//   now  today  yesterday 10:00                     by the moment at which it is said
//   10m ago  -2h  -1h30m                            before that; s, m, h, d, w
//   1795235953  @1795235953                         seconds since 1970
//
// 24:00 is the end of a day. Those without separators are as atop's -b and -e take them.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/units.h"

namespace proctape {

// Noon of the day that is `days` after that of `time`: away from where clocks change.
Seconds noon(Seconds time, int days);

// The moments at which clocks show a time: one; two in the hour that comes twice; and where clocks
// skip it, that of the jump.
struct Moments {
  Seconds first;
  Seconds last;

  friend bool operator==(const Moments&, const Moments&) = default;
};

// "90s", "1h30m": how many seconds.
std::optional<Count> parse_span(std::string_view text);

class TimeArgument {
 public:
  // `now`: when it is said.
  static Result<TimeArgument> parse(std::string_view text, Seconds now);

  // It has no day of its own.
  bool clock_only() const { return !seconds_ && !date_; }
  // It is a whole day.
  bool is_day() const { return date_ && !has_clock_; }

  // On its own day, or, if it has none, on the day that is `days` after that of `day`.
  Moments on(Seconds day, int days = 0) const;

 private:
  struct Date {
    int year, month, day;
  };
  static std::optional<Date> take_date(std::string_view& text);
  bool take_clock(std::string_view& text);
  bool take_zone(std::string_view text);
  bool take_digits(std::string_view text);
  bool take_span(std::string_view text, Seconds now);
  bool take_words(std::string_view text, Seconds now);

  std::optional<Seconds> seconds_;  // since 1970
  std::optional<Date> date_;
  int second_of_day_ = 0;
  bool has_clock_ = false;
};

}  // namespace proctape
