// SPDX-License-Identifier: Apache-2.0
#include "daemon/loop/schedule.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace proctape {
namespace {

using namespace std::chrono_literals;

void set_time_zone(const char* name) {
  ::setenv("TZ", name, 1);
  ::tzset();
}

TEST(Schedule, SamplesStandAtMultiplesOfTheInterval) {
  set_time_zone("UTC");
  EXPECT_EQ(next_aligned(WallTime(1003s), 10s), WallTime(1010s));
  EXPECT_EQ(next_aligned(WallTime(1009s + 999ms), 10s), WallTime(1010s));
  EXPECT_EQ(next_aligned(WallTime(1010s), 10s), WallTime(1020s)) << "never the same moment again";
  EXPECT_EQ(next_aligned(WallTime(1000s + 200ms), 500ms), WallTime(1000s + 500ms));
}

TEST(Schedule, LongIntervalsAreCountedFromLocalMidnight) {
  set_time_zone("Asia/Kolkata");  // UTC+5:30
  EXPECT_EQ(next_aligned(WallTime(24h), 1h), WallTime(24h + 30min)) << "06:00 there";
  set_time_zone("UTC");
}

TEST(Schedule, AWakeIsTooEarlyWithinAnIntervalBeforeItsTime) {
  EXPECT_FALSE(too_early(WallTime(100s), WallTime(100s), 10s));
  EXPECT_FALSE(too_early(WallTime(500s), WallTime(100s), 10s)) << "after a suspend";
  EXPECT_TRUE(too_early(WallTime(100s - 1ms), WallTime(100s), 10s));
  EXPECT_FALSE(too_early(WallTime(100s), WallTime(3700s), 10s)) << "the clock was set back";
}

TEST(Schedule, TheFirstIntervalIsAtLeastHalfOfOne) {
  const WallTime whole{std::chrono::seconds(1'800'000'000)};  // a multiple of 10 s
  EXPECT_EQ(first_aligned(whole + 4900ms, 10s), whole + 10s);
  EXPECT_EQ(first_aligned(whole + 5100ms, 10s), whole + 20s);
  EXPECT_EQ(first_aligned(whole + 900ms, 1s), whole + 2s);
}

}  // namespace
}  // namespace proctape
