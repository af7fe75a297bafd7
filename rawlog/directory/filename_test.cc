// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/filename.h"

#include <gtest/gtest.h>

#include "tests/support/time_zone.h"

namespace proctape {
namespace {

using enum LogName::Kind;

TEST(LocalDate, IsThatOfTheHostsTimeZone) {
  const Seconds half_past_eleven_in_london{1'732'231'800};  // 2024-11-21 23:30 UTC
  {
    const TimeZone zone("UTC");
    EXPECT_EQ(local_date(half_past_eleven_in_london), (LocalDate{2024, 11, 21}));
  }
  {
    const TimeZone zone("Europe/Berlin");
    EXPECT_EQ(local_date(half_past_eleven_in_london), (LocalDate{2024, 11, 22}));
  }
  {
    const TimeZone zone("America/New_York");
    EXPECT_EQ(local_date(half_past_eleven_in_london), (LocalDate{2024, 11, 21}));
  }
}

TEST(LogName, IsSpelledAsReadersLookForIt) {
  EXPECT_EQ(to_string(LogName{.date = {2024, 3, 1}}), "atop_20240301");
  EXPECT_EQ(to_string(LogName{{2024, 3, 1}, kSetAside, 2}), "atop_20240301.2");
  EXPECT_EQ(to_string(LogName{{2024, 12, 31}, kTornTail, 10}), "atop_20241231.torn-10");
}

TEST(LogName, ComesBack) {
  for (const LogName& name : {LogName{.date = {2024, 2, 29}}, LogName{{2024, 3, 1}, kSetAside, 1},
                              LogName{{2031, 12, 31}, kTornTail, 123}}) {
    EXPECT_EQ(parse_log_name(to_string(name)), name);
  }
}

// By a cron job of the host's own.
TEST(LogName, OfAPackedLogComesBackToo) {
  using Packing = LogName::Packing;
  const LogName day{.date = {2024, 3, 1}, .packing = Packing::kGzip};
  EXPECT_EQ(to_string(day), "atop_20240301.gz");
  for (const Packing packing : {Packing::kGzip, Packing::kXz, Packing::kZstd, Packing::kBzip2}) {
    for (LogName name : {day, LogName{{2024, 3, 1}, kSetAside, 7}}) {
      name.packing = packing;
      EXPECT_EQ(parse_log_name(to_string(name)), name);
    }
  }
}

TEST(LogName, NothingElseIsTakenForOne) {
  for (const char* name : {"",
                           "atop_",
                           "atop_2024030",
                           "atop_202403011",
                           "atop_20240230",
                           "atop_20241301",
                           "atop_20240300",
                           "atop_2024 301",
                           "atop_-2240301",
                           "atop_+2240301",
                           "ATOP_20240301",
                           "xatop_20240301",
                           "atop_20240301.",
                           "atop_20240301.0",
                           "atop_20240301.01",
                           "atop_20240301.-1",
                           "atop_20240301.+1",
                           "atop_20240301.1x",
                           "atop_20240301.torn-",
                           "atop_20240301.torn-0",
                           "atop_20240301.torn",
                           "atop_20240301.tar",
                           "atop_20240301.gz.xz",
                           "atop_20240301.gz.1",
                           "atop_20240301~",
                           "atop_20240301.99999999999",
                           "daily.log",
                           "atop_20240301 "}) {
    EXPECT_EQ(parse_log_name(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace proctape
