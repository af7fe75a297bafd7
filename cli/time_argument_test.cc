// SPDX-License-Identifier: Apache-2.0
#include "cli/time_argument.h"

#include <gtest/gtest.h>

#include "tests/support/time_zone.h"

namespace proctape {
namespace {

// 2026-11-21 06:32:33 UTC, and a log of two days before.
constexpr Seconds kNow{1795242753};
constexpr Seconds kFirst{kNow.value - 2 * 86400};
constexpr Count kToday = 1795219200;  // 00:00 UTC

Count parsed(std::string_view text) {
  const auto time = parse_time(text, kFirst, kNow);
  EXPECT_TRUE(time) << text;
  return time ? time->value : -1;
}

TEST(TimeArgument, AClockTimeIsOnTheDayOfTheLog) {
  const TimeZone utc("UTC");
  EXPECT_EQ(parsed("10:00"), kToday - 2 * 86400 + 36000);
  EXPECT_EQ(parsed("9:05:07"), kToday - 2 * 86400 + 9 * 3600 + 5 * 60 + 7);
  EXPECT_EQ(parsed("00:00"), kToday - 2 * 86400);
  EXPECT_EQ(parsed("24:00"), kToday - 86400);
}

TEST(TimeArgument, ADateMayHaveATime) {
  const TimeZone utc("UTC");
  EXPECT_EQ(parsed("2026-11-21"), kToday);
  EXPECT_EQ(parsed("2026-11-21 10:00"), kToday + 36000);
  EXPECT_EQ(parsed("2026-11-21T10:00:30"), kToday + 36030);
  EXPECT_EQ(parsed("2024-02-29 00:00"), 1709164800);
}

TEST(TimeArgument, TodayAndYesterdayGoByTheClock) {
  const TimeZone utc("UTC");
  EXPECT_EQ(parsed("today"), kToday);
  EXPECT_EQ(parsed("today 06:00"), kToday + 6 * 3600);
  EXPECT_EQ(parsed("yesterday"), kToday - 86400);
  EXPECT_EQ(parsed("yesterday 10:00"), kToday - 86400 + 36000);
}

TEST(TimeArgument, SecondsSince1970AreTakenAsTheyAre) {
  EXPECT_EQ(parsed("1795235953"), 1795235953);
  EXPECT_EQ(parsed("999999999"), 999999999);
}

TEST(TimeArgument, IsInTheLocalTimeZone) {
  const TimeZone berlin("CET-1CEST,M3.5.0,M10.5.0/3");
  EXPECT_EQ(parsed("2026-11-21 10:00"), kToday + 9 * 3600);
  EXPECT_EQ(parsed("2026-07-01 00:00"), 1782856800);
  // A day of 25 hours lies between.
  EXPECT_EQ(parsed("2026-10-26") - parsed("2026-10-25"), 25 * 3600);
}

TEST(TimeArgument, WhatIsNoTimeIsRefused) {
  for (const char* text : {"",
                           "10",
                           "10:",
                           ":00",
                           "10:0",
                           "25:00",
                           "24:01",
                           "10:60",
                           "10:00:60",
                           "10:00:",
                           "10:00x",
                           "-1:00",
                           "2026-02-30",
                           "2026-13-01",
                           "2026-11-21 ",
                           "2026-11-21x10:00",
                           "2026-11-2110:00",
                           "tomorrow",
                           "todayx",
                           "yesterday 10",
                           "20261121",
                           "-1795235953",
                           "99999999999999999999",
                           "1795235953.5",
                           " 10:00"}) {
    EXPECT_FALSE(parse_time(text, kFirst, kNow)) << text;
  }
}

}  // namespace
}  // namespace proctape
