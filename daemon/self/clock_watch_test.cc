// SPDX-License-Identifier: Apache-2.0
#include "daemon/self/clock_watch.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

class ClockWatchTest : public testing::Test {
 protected:
  FakeClock clock_{WallTime(1'700'000'000s), 1000s};
  ClockWatch watch_{clock_};
};

TEST_F(ClockWatchTest, TimeThatPassesIsNoEvent) {
  clock_.advance(24h);
  const auto events = watch_.look();
  EXPECT_EQ(events.slept, 0s);
  EXPECT_EQ(events.stepped, 0s);
  EXPECT_EQ(watch_.suspends(), 0);
  EXPECT_EQ(watch_.steps(), 0);
}

TEST_F(ClockWatchTest, ASuspendIsNoticedOnceWithItsLength) {
  clock_.advance(3s);
  clock_.suspend(8h);
  clock_.advance(1s);
  const auto events = watch_.look();
  EXPECT_EQ(events.slept, 8h);
  EXPECT_EQ(events.stepped, 0s) << "the wall clock went on";
  EXPECT_EQ(watch_.look().slept, 0s);
  clock_.suspend(1min);
  EXPECT_EQ(watch_.look().slept, 1min);
  EXPECT_EQ(watch_.suspends(), 2);
  EXPECT_EQ(watch_.slept(), 8h + 1min);
}

TEST_F(ClockWatchTest, StepsOfTheWallClockAreNoticedInBothDirections) {
  clock_.step_wall(1h);
  EXPECT_EQ(watch_.look().stepped, 1h);
  clock_.step_wall(-1s);
  const auto events = watch_.look();
  EXPECT_EQ(events.stepped, -1s);
  EXPECT_EQ(events.slept, 0s);
  EXPECT_EQ(watch_.look().stepped, 0s) << "told once";
  EXPECT_EQ(watch_.steps(), 2);
  EXPECT_EQ(watch_.last_step(), -1s);
}

TEST_F(ClockWatchTest, WhatIsShorterThanReadingTheClocksMayTakeIsNothing) {
  clock_.step_wall(ClockWatch::kLeast - 1ns);
  EXPECT_EQ(watch_.look().stepped, 0s);
  clock_.step_wall(1ns);
  EXPECT_EQ(watch_.look().stepped, ClockWatch::kLeast) << "small ones add up";
}

TEST_F(ClockWatchTest, WhatWasBeforeItsTimeCountsForNothing) {
  clock_.suspend(1h);
  clock_.step_wall(1h);
  ClockWatch later(clock_);
  EXPECT_EQ(later.look().slept, 0s);
  EXPECT_EQ(later.look().stepped, 0s);
}

TEST(SystemClocks, NobodySetsOrStopsThemWithinAMoment) {
  const SystemClock clock;
  ClockWatch watch(clock);
  for (int i = 0; i < 1000; ++i) watch.look();
  EXPECT_EQ(watch.suspends(), 0);
  EXPECT_EQ(watch.steps(), 0);
}

}  // namespace
}  // namespace proctape
