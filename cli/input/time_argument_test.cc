// SPDX-License-Identifier: Apache-2.0
#include "cli/input/time_argument.h"

#include <gtest/gtest.h>

#include "tests/support/time_zone.h"

namespace proctape {
namespace {

// 2026-11-21 06:32:33 UTC, and a log of two days before.
constexpr Seconds kNow{1795242753};
constexpr Seconds kFirst{kNow.value - 2 * 86400};
constexpr Count kToday = 1795219200;  // 00:00 UTC

Moments moments(std::string_view text, Seconds day = kFirst) {
  const auto time = TimeArgument::parse(text, kNow);
  EXPECT_TRUE(time) << text;
  return time ? time->on(day) : Moments{};
}

Count parsed(std::string_view text) {
  const Moments found = moments(text);
  EXPECT_EQ(found.first, found.last) << text;
  return found.first.value;
}

TEST(TimeArgument, AClockTimeIsOnTheDayItIsAskedFor) {
  const TimeZone utc("UTC");
  EXPECT_EQ(parsed("10:00"), kToday - 2 * 86400 + 36000);
  EXPECT_EQ(parsed("9:05:07"), kToday - 2 * 86400 + 9 * 3600 + 5 * 60 + 7);
  EXPECT_EQ(parsed("00:00"), kToday - 2 * 86400);
  EXPECT_EQ(parsed("24:00"), kToday - 86400);
  const auto time = TimeArgument::parse("10:00", kNow);
  EXPECT_TRUE(time->clock_only());
  EXPECT_EQ(time->on(kFirst, 2).first, Seconds{kToday + 36000});
}

TEST(TimeArgument, ADateMayHaveATime) {
  const TimeZone utc("UTC");
  EXPECT_EQ(parsed("2026-11-21"), kToday);
  EXPECT_EQ(parsed("2026-11-21 10:00"), kToday + 36000);
  EXPECT_EQ(parsed("2026-11-21T10:00:30"), kToday + 36030);
  EXPECT_EQ(parsed("2024-02-29 00:00"), 1709164800);
  EXPECT_FALSE(TimeArgument::parse("2026-11-21", kNow)->clock_only());
}

TEST(TimeArgument, AtopsFormsHaveNoSeparators) {
  const TimeZone utc("UTC");
  EXPECT_EQ(parsed("202611211000"), kToday + 36000);
  EXPECT_EQ(parsed("20261121100030"), kToday + 36030);
  EXPECT_EQ(parsed("20261121"), kToday);
  EXPECT_EQ(parsed("1000"), kToday - 2 * 86400 + 36000);
  EXPECT_EQ(parsed("100030"), kToday - 2 * 86400 + 36030);
}

TEST(TimeArgument, MayBeInAnotherTimeZone) {
  const TimeZone berlin("Europe/Berlin");
  EXPECT_EQ(parsed("2026-11-21T10:00:30Z"), kToday + 36030);
  EXPECT_EQ(parsed("2026-11-21T10:00:30+01:00"), kToday + 36030 - 3600);
  EXPECT_EQ(parsed("2026-11-21 10:00-0330"), kToday + 36000 + 3 * 3600 + 1800);
  EXPECT_EQ(parsed("2026-11-21 10:00+02"), kToday + 36000 - 7200);
  EXPECT_EQ(parsed("2026-11-21 10:00"), kToday + 36000 - 3600) << "the local one";
  for (const char* text : {"2026-11-21T10:00:30X", "2026-11-21T10:00+", "2026-11-21T10:00+15:00",
                           "2026-11-21T10:00Zx", "10:00Z", "2026-11-21Z", "10:-0"}) {
    EXPECT_FALSE(TimeArgument::parse(text, kNow)) << text;
  }
}

TEST(TimeArgument, MayBeSoLongAgo) {
  EXPECT_EQ(parsed("now"), kNow.value);
  EXPECT_EQ(parsed("10m ago"), kNow.value - 600);
  EXPECT_EQ(parsed("-2h"), kNow.value - 7200);
  EXPECT_EQ(parsed("-1h30m"), kNow.value - 5400);
  EXPECT_EQ(parsed("1d ago"), kNow.value - 86400);
  EXPECT_EQ(parsed("-2w"), kNow.value - 14 * 86400);
  EXPECT_EQ(parsed("90s ago"), kNow.value - 90);
  for (const char* text :
       {"ago", " ago", "-", "-2", "10 ago", "-2x", "m ago", "--2h", "-h", "--0h"}) {
    EXPECT_FALSE(TimeArgument::parse(text, kNow)) << text;
  }
}

TEST(TimeArgument, SaysWhetherItIsAWholeDay) {
  for (const char* text : {"2026-11-21", "20261121", "today", "yesterday"}) {
    EXPECT_TRUE(TimeArgument::parse(text, kNow)->is_day()) << text;
  }
  for (const char* text : {"2026-11-21 00:00", "202611210000", "today 00:00", "10:00", "1000",
                           "now", "-1d", "@5", "2026-11-21T00:00Z"}) {
    EXPECT_FALSE(TimeArgument::parse(text, kNow)->is_day()) << text;
  }
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
  EXPECT_EQ(parsed("@1795235953"), 1795235953);
  EXPECT_EQ(parsed("@0"), 0);
}

TEST(TimeArgument, IsInTheLocalTimeZone) {
  const TimeZone berlin("CET-1CEST,M3.5.0,M10.5.0/3");
  EXPECT_EQ(parsed("2026-11-21 10:00"), kToday + 9 * 3600);
  EXPECT_EQ(parsed("2026-07-01 00:00"), 1782856800);
  // A day of 25 hours lies between.
  EXPECT_EQ(parsed("2026-10-26") - parsed("2026-10-25"), 25 * 3600);
}

TEST(TimeArgument, AnHourThatComesTwiceHasTwoMomentsAndOneThatIsSkippedThatOfTheJump) {
  const TimeZone berlin("CET-1CEST,M3.5.0,M10.5.0/3");
  const Moments twice = moments("2026-10-25 02:30");
  EXPECT_EQ(twice.first, Seconds{1792888200});
  EXPECT_EQ(twice.last, Seconds{1792888200 + 3600});
  EXPECT_EQ(parsed("2026-10-25 01:59:59") + 1, moments("2026-10-25 02:00").first.value);
  EXPECT_EQ(parsed("2026-10-25 03:00"), moments("2026-10-25 02:00").last.value + 3600);
  EXPECT_EQ(parsed("2026-03-29 02:30"), parsed("2026-03-29 03:00"));
  EXPECT_EQ(parsed("2026-03-29 03:00"), parsed("2026-03-29 01:59:59") + 1);
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
                           "2500",
                           "20261321",
                           "202611212460",
                           "2026112110003",
                           "@",
                           "@-1",
                           "@x",
                           "-1795235953",
                           "99999999999999999999",
                           "1795235953.5",
                           " 10:00"}) {
    EXPECT_FALSE(TimeArgument::parse(text, kNow)) << text;
  }
}

}  // namespace
}  // namespace proctape
