// SPDX-License-Identifier: Apache-2.0
//
// The names of the files in a log directory. Readers look for the daily file; what else
// there is bears its name with something behind it.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"

namespace proctape {

struct LocalDate {
  int year = 0;
  int month = 0;  // from 1
  int day = 0;

  friend auto operator<=>(const LocalDate&, const LocalDate&) = default;
};

// The date that the host's clocks show at `time` (since 1970 UTC). Follows a change of the
// host's time zone.
LocalDate local_date(Seconds time);

struct LogName {
  enum class Kind {
    kDaily,     // atop_20261121
    kSetAside,  // atop_20261121.2: a whole file that nothing may be appended to
    kTornTail,  // atop_20261121.torn-2: bytes cut off behind the last whole record
  };
  enum class Packing { kNone, kGzip, kXz, kZstd, kBzip2 };
  LocalDate date;
  Kind kind = Kind::kDaily;
  int number = 0;  // from 1 to kMostNumber; 0: kDaily
  // What the host's own cron job packed it with, atop_20261121.gz; none of ours is packed.
  Packing packing = Packing::kNone;

  static constexpr int kMostNumber = 999'999;

  friend bool operator==(const LogName&, const LogName&) = default;
};

std::string to_string(const LogName& name);
// None if it is no name that to_string() gives.
std::optional<LogName> parse_log_name(std::string_view name);

}  // namespace proctape
